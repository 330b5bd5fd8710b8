import { CalendarSidePanel } from "@web/views/calendar/calendar_side_panel/calendar_side_panel";

import { ScheduleDatePicker } from "./schedule_date_picker";
import { ScheduleFilterSection } from "./schedule_filter_section";

export class ScheduleSidePanel extends CalendarSidePanel {
    static components = {
        ...CalendarSidePanel.components,
        DatePicker: ScheduleDatePicker,
        FilterSection: ScheduleFilterSection,
    };

    get datePickerProps() {
        const { model } = this.props;
        return {
            ...super.datePickerProps,
            onSelect: (day) => model.loadDays(day, day),
            onSelectDays: (first, last) => model.loadDays(first, last),
            shownDays: model.scale === "range" ? [model.rangeStart, model.rangeEnd] : undefined,
        };
    }
}
