import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { usePopover } from "@web/core/popover/popover_hook";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { CalendarCommonRenderer } from "@web/views/calendar/calendar_common/calendar_common_renderer";
import { CalendarRenderer } from "@web/views/calendar/calendar_renderer";

import { getActivityLook } from "../activity_look/activity_look";
import { openCustomerOf } from "../activity_look/open_customer";
import { SchedulePopover } from "./schedule_popover";
import { ScheduleSlotMenu } from "./schedule_slot_menu";

const { DateTime } = luxon;

export class ScheduleCommonRenderer extends CalendarCommonRenderer {
    static template = "crm_cards.ScheduleCommonRenderer";
    static eventTemplate = "crm_cards.ScheduleCommonRenderer.event";
    static components = { ...CalendarCommonRenderer.components, Popover: SchedulePopover };

    setup() {
        super.setup();
        this.action = useService("action");
        this.slotMenu = usePopover(ScheduleSlotMenu, {
            position: "bottom-start",
            onClose: () => this.fc.api.unselect(),
        });
    }

    get options() {
        const options = super.options;
        const { days, scale } = this.props.model;
        if (scale === "range") {
            options.initialView = "range";
            options.views = { range: { type: "timeGrid", duration: { days } } };
            options.dayHeaderFormat = "EEE d";
        }
        return options;
    }

    //--------------------------------------------------------------------------
    // Looks
    //--------------------------------------------------------------------------

    convertRecordToEvent(record) {
        const event = super.convertRecordToEvent(record);
        if (!record.rawRecord.is_open) {
            event.editable = false;
        }
        if (record.isAllDay) {
            event.durationEditable = false;
        }
        return event;
    }

    mapRecordsToEvents() {
        const busy = this.props.model.data.busyTimes.map((meeting) => this.convertBusyTime(meeting));
        return [...super.mapRecordsToEvents(), ...busy];
    }

    /** A meeting that is no activity: behind them, only to be seen. */
    convertBusyTime({ id, name, allday, start, stop, start_date, stop_date }) {
        const times = allday
            ? { start: start_date, end: deserializeDate(stop_date).plus({ days: 1 }).toISODate() }
            : { start: deserializeDateTime(start).toISO(), end: deserializeDateTime(stop).toISO() };
        return {
            ...times,
            id: `busy_${id}`,
            title: name,
            allDay: allday,
            display: "background",
            classNames: ["o_crm_cards_schedule_busy"],
        };
    }

    eventClassNames({ event }) {
        const record = this.props.model.records[event.id];
        if (!record) {
            return event.display === "background" ? [] : super.eventClassNames(...arguments);
        }
        // What is past and open is not pale but overdue.
        const names = super.eventClassNames(...arguments).filter((name) => name !== "o_past_event");
        const doneColor = user.activeCompany?.crm_cards_done_color;
        return [...names, ...getActivityLook(record.rawRecord, doneColor)];
    }

    onClick(info) {
        // Other days may be shown by the time it is clear that it was no double click.
        if (info.event.id in this.props.model.records) {
            super.onClick(info);
        }
    }

    onDblClick({ event }) {
        const { model } = this.props;
        const record = model.records[event.id];
        if (!record?.customer) {
            return record && this.props.editRecord(record);
        }
        const { context } = model.meta;
        return openCustomerOf(this.action, { resModel: model.resModel, resId: record.id, context });
    }

    //--------------------------------------------------------------------------
    // Moving
    //--------------------------------------------------------------------------

    onEventDrop({ event, delta }) {
        this.fc.api.unselect();
        const { model } = this.props;
        const record = model.records[event.id];
        const values = model.buildMove(record, {
            allDay: event.allDay,
            start: DateTime.fromJSDate(event.start),
            end: event.end && DateTime.fromJSDate(event.end),
            days: delta.days,
        });
        return model.writeActivity(record.id, values);
    }

    onEventResize({ event, startDelta, endDelta }) {
        this.fc.api.unselect();
        const { model } = this.props;
        const record = model.records[event.id];
        const values = model.buildResize(record, {
            start: DateTime.fromJSDate(event.start),
            end: DateTime.fromJSDate(event.end),
            startDays: startDelta.days,
            endDays: endDelta.days,
        });
        return model.writeActivity(record.id, values);
    }

    //--------------------------------------------------------------------------
    // Right click
    //--------------------------------------------------------------------------

    onSelect(info) {
        // Selected by the right click, which offers its menu first.
        return info.jsEvent ? super.onSelect(info) : undefined;
    }

    onContextMenu(ev) {
        const slot = this.props.model.canCreate && this.findSlot(ev);
        if (!slot) {
            return;
        }
        ev.preventDefault();
        this.popover.close();
        const { start, end, isAllDay } = slot;
        this.fc.api.select({
            start: isAllDay ? start.toISODate() : start.toISO(),
            end: isAllDay ? end.toISODate() : end.toISO(),
            allDay: isAllDay,
        });
        const mirror = this.fc.el.querySelector(".fc-event-mirror, .fc-highlight");
        this.slotMenu.open(mirror || ev.target, {
            onNew: () => this.props.createRecord(slot),
        });
    }

    /** Return what lies under the pointer: an hour, a day, or nothing one can plan on. */
    findSlot({ clientX, clientY }) {
        const elements = document.elementsFromPoint(clientX, clientY);
        if (elements.some((element) => element.closest(".fc-event:not(.fc-event-mirror, .fc-bg-event)"))) {
            return null;
        }
        const day = elements.find((el) => el.matches(".fc-timegrid-col, .fc-daygrid-day"));
        if (!day?.dataset.date) {
            return null;
        }
        const hour = elements.find((el) => el.matches(".fc-timegrid-slot-lane"));
        if (day.matches(".fc-timegrid-col") && hour) {
            const start = DateTime.fromISO(`${day.dataset.date}T${hour.dataset.time}`);
            return { start, end: start.plus({ hours: 1 }), isAllDay: false };
        }
        const start = DateTime.fromISO(day.dataset.date);
        return { start, end: start.plus({ days: 1 }), isAllDay: true };
    }
}

export class ScheduleRenderer extends CalendarRenderer {
    static components = {
        ...CalendarRenderer.components,
        day: ScheduleCommonRenderer,
        week: ScheduleCommonRenderer,
        month: ScheduleCommonRenderer,
        range: ScheduleCommonRenderer,
    };

    get calendarKey() {
        return `${super.calendarKey}_${this.props.model.days}`;
    }
}
