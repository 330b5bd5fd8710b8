import { is24HourFormat } from "@web/core/l10n/time";
import { useService } from "@web/core/utils/hooks";
import { CalendarCommonPopover } from "@web/views/calendar/calendar_common/calendar_common_popover";

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
        this.action.doAction("crm_cards.res_partner_action_customer", {
            viewType: "form",
            props: { resId: this.props.record.rawRecord.card_customer_id[0] },
        });
        this.props.close();
    }
}
