import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { CalendarController } from "@web/views/calendar/calendar_controller";
import { getFormattedDateSpan } from "@web/views/calendar/utils";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import { ScheduleSidePanel } from "./schedule_side_panel";

export class ScheduleController extends CalendarController {
    static components = {
        ...CalendarController.components,
        CalendarSidePanel: ScheduleSidePanel,
    };

    get modelParams() {
        return { ...super.modelParams, days: this.props.state?.days };
    }

    get rendererProps() {
        const props = super.rendererProps;
        const exact = this.model.scale === "range";
        return { ...props, isWeekendVisible: exact || props.isWeekendVisible };
    }

    get scales() {
        const { range, ...scales } = super.scales;
        if (this.model.scale === "range") {
            scales.range = { description: _t("Chosen days") };
        }
        return scales;
    }

    get dayHeader() {
        if (this.model.scale !== "range") {
            return super.dayHeader;
        }
        return getFormattedDateSpan(this.model.rangeStart, this.model.rangeEnd);
    }

    async setDate(move) {
        if (this.model.scale !== "range" || move === "today") {
            return super.setDate(move);
        }
        const days = this.model.days * (move === "next" ? 1 : -1);
        await this.model.load({ date: this.model.date.plus({ days }) });
    }

    /** Plan on the day in hand, with the keyboard too. */
    onNew() {
        return this.createRecord({ start: this.model.date, isAllDay: true });
    }

    createRecord({ start, end, isAllDay }) {
        if (!this.model.canCreate) {
            return;
        }
        const context = {
            card_hang_on_customer: true,
            default_user_id: this.model.personToPlanFor,
            default_date_deadline: serializeDate(start),
        };
        if (!isAllDay) {
            context.default_card_start = serializeDateTime(start);
            context.default_card_stop = serializeDateTime(end || start.plus({ hours: 1 }));
        }
        return this.openActivity({ context, title: _t("New activity") });
    }

    editRecord(record) {
        return this.openActivity({ resId: record.id, title: record.title });
    }

    openActivity(props) {
        return new Promise((resolve) => {
            this.displayDialog(
                FormViewDialog,
                { resModel: "mail.activity", viewId: this.model.formViewId, ...props },
                {
                    // Its buttons save, close and cancel in ways of their own.
                    onClose: () => {
                        resolve();
                        this.model.load();
                    },
                }
            );
        });
    }
}
