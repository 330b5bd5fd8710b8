import { is24HourFormat } from "@web/core/l10n/time";
import { useService } from "@web/core/utils/hooks";
import { CalendarCommonPopover } from "@web/views/calendar/calendar_common/calendar_common_popover";

import { openCustomerOf } from "../activity_look/open_customer";

export class SchedulePopover extends CalendarCommonPopover {
    static subTemplates = {
        ...CalendarCommonPopover.subTemplates,
        footer: "crm_cards.SchedulePopover.footer",
    };

    setup() {
        super.setup();
        this.action = useService("action");
    }

    computeDateTimeAndDuration() {
        super.computeDateTimeAndDuration();
        const { end, isAllDay, start } = this.props.record;
        if (!isAllDay && !start.hasSame(end, "day")) {
            const format = `DDD ${is24HourFormat() ? "HH:mm" : "hh:mm a"}`;
            this.date = `${start.toFormat(format)} - ${end.toFormat(format)}`;
        }
    }

    onHandle() {
        const { close, model, record } = this.props;
        this.action.doActionButton({
            type: "object",
            name: "action_card_handle",
            resModel: model.resModel,
            resId: record.id,
            resIds: [record.id],
            context: model.meta.context,
            onClose: () => model.load(),
        });
        close();
    }

    onOpenCustomer() {
        const { close, model, record } = this.props;
        const { context } = model.meta;
        openCustomerOf(this.action, { resModel: model.resModel, resId: record.id, context });
        close();
    }
}
