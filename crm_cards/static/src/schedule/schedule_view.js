import { registry } from "@web/core/registry";
import { CalendarArchParser } from "@web/views/calendar/calendar_arch_parser";
import { calendarView } from "@web/views/calendar/calendar_view";

import { ScheduleController } from "./schedule_controller";
import { ScheduleModel } from "./schedule_model";
import { ScheduleRenderer } from "./schedule_renderer";

export class ScheduleArchParser extends CalendarArchParser {
    parse() {
        const archInfo = super.parse(...arguments);
        // Days chosen in the side panel, beside the scales an arch may name.
        archInfo.scales.push("range");
        return archInfo;
    }
}

export const scheduleView = {
    ...calendarView,
    ArchParser: ScheduleArchParser,
    Controller: ScheduleController,
    Model: ScheduleModel,
    Renderer: ScheduleRenderer,
    buttonTemplate: "crm_cards.ScheduleController.controlButtons",
};

registry.category("views").add("crm_cards_schedule", scheduleView);
