import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { CalendarModel } from "@web/views/calendar/calendar_model";

import { STATUS_ICONS } from "../activity_look/activity_status";

const { DateTime } = luxon;

// The server lets no activity last longer.
const LONGEST_DAYS = 31;
const EMPTY_LABELS = { card_customer_id: _t("No customer"), user_id: _t("Nobody") };

/**
 * The activities of a schedule.
 *
 * An activity without an hour lies on its due date; the server gives it noon UTC of
 * that date as start and stop. What is dragged writes either that date or hours.
 */
export class ScheduleModel extends CalendarModel {
    setup() {
        super.setup(...arguments);
        /** What is ticked in the filters without a model of their own, by field. */
        this.choices = {};
    }

    async load() {
        // Lines cannot be created; the activities they show can.
        this.mayCreate ??= await user.checkAccessRight("mail.activity", "create");
        return super.load(...arguments);
    }

    get canCreate() {
        return this.mayCreate;
    }

    get days() {
        return this.meta.days;
    }

    get exportedState() {
        return { ...super.exportedState, days: this.meta.days };
    }

    /** The one person shown, or whoever looks. */
    get personToPlanFor() {
        const people = this.data.filterSections.user_id?.filters.filter((one) => one.active);
        const shown = this.meta.context.default_user_id; // the schedule of somebody else
        return (people?.length === 1 && people[0].value) || shown || user.userId;
    }

    /** Show exactly the days from `first` to `last`. */
    loadDays(first, last) {
        const days = Math.round(last.startOf("day").diff(first.startOf("day"), "days").days) + 1;
        const date = first.startOf("day");
        return this.load(days === 1 ? { date, scale: "day" } : { date, days, scale: "range" });
    }

    getLocalStorageScale() {
        const scale = super.getLocalStorageScale();
        return scale === "range" && !this.meta.days ? this.meta.scale : scale;
    }

    computeRange() {
        const { date, days, scale } = this.meta;
        if (scale !== "range") {
            return super.computeRange();
        }
        return { start: date.startOf("day"), end: date.plus({ days: days - 1 }).endOf("day") };
    }

    //--------------------------------------------------------------------------
    // Which activities
    //--------------------------------------------------------------------------

    /**
     * Far from Greenwich noon UTC is not in the day it stands for; the bounds take it
     * in and `loadRecords` drops its neighbours. The lower bound of the start lets the
     * database use its index instead of walking through all years.
     */
    computeRangeDomain({ range }) {
        const noon = (day) => DateTime.utc(day.year, day.month, day.day, 12);
        const from = DateTime.min(range.start, noon(range.start));
        const to = DateTime.max(range.end, noon(range.end));
        const { date_start, date_stop } = this.meta.fieldMapping;
        return [
            [date_start, "<=", serializeDateTime(to)],
            [date_stop, ">=", serializeDateTime(from)],
            [date_start, ">=", serializeDateTime(from.minus({ days: LONGEST_DAYS }))],
        ];
    }

    /** Somebody's schedule has the activities he does and those he takes part in. */
    computeFiltersDomain() {
        return super
            .computeFiltersDomain(...arguments)
            .flatMap((leaf) =>
                leaf[0] === "user_id" ? ["|", leaf, ["card_colleague_ids", "in", leaf[2]]] : [leaf]
            );
    }

    /** Thousands of activities in a month: the server has a reader of its own for them. */
    fetchRecords(data) {
        const { activeFields, context, fieldNames, resModel } = this.meta;
        const names = new Set([...fieldNames, ...Object.keys(activeFields)]);
        const args = [this.computeDomain(data), [...names]];
        return this.orm.call(resModel, "get_schedule", args, { context });
    }

    async loadRecords(data) {
        const records = await super.loadRecords(...arguments);
        for (const [id, { isAllDay, start }] of Object.entries(records)) {
            if (isAllDay && (start < data.range.start || start > data.range.end)) {
                delete records[id];
            }
        }
        return records;
    }

    //--------------------------------------------------------------------------
    // Other meetings
    //--------------------------------------------------------------------------

    async updateData(data) {
        await super.updateData(...arguments);
        data.busyTimes = await this.loadBusyTimes(data);
    }

    /** Return the meetings that are no activities, of those whose schedule it is. */
    async loadBusyTimes({ filterSections, range }) {
        const people = this.getPeople(filterSections);
        if (!people.length) {
            return [];
        }
        return this.orm.call(this.resModel, "get_busy_times", [
            people,
            serializeDateTime(range.start),
            serializeDateTime(range.end),
        ]);
    }

    /** Return the ids of the people chosen, of oneself where there is no choice. */
    getPeople({ user_id: section }) {
        const info = this.meta.filtersInfo.user_id;
        if (!info) {
            return [user.userId];
        }
        // Without a model of its own the filter lists assignees; nobody was chosen.
        const chosen = info.writeResModel ? section.filters.filter((one) => one.active) : [];
        return chosen.map((one) => one.value).filter(Number.isInteger);
    }

    normalizeRecord(rawRecord) {
        const { activity_type_id: type, card_customer_id: customer, user_id: person } = rawRecord;
        const statuses = Object.fromEntries(this.fields.card_status.selection);
        return {
            ...super.normalizeRecord(...arguments),
            type: type && type[1],
            customer: customer && customer[1],
            // Whose it is goes without saying on one's own schedule.
            person: "user_id" in this.meta.filtersInfo && person,
            statusIcon: STATUS_ICONS[rawRecord.card_status],
            statusLabel: statuses[rawRecord.card_status],
        };
    }

    //--------------------------------------------------------------------------
    // Side panel
    //--------------------------------------------------------------------------

    async loadFilterSection() {
        const section = await super.loadFilterSection(...arguments);
        return { ...section, label: _t("People") };
    }

    makeFilterRecord({ filterFieldName, writeFieldName }, previousFilter, rawRecord) {
        const [value, label] = rawRecord[writeFieldName];
        return {
            type: "record",
            recordId: rawRecord.id,
            value,
            label,
            active: rawRecord[filterFieldName],
            canRemove: true,
            colorIndex: null,
            hasAvatar: true,
        };
    }

    /** People have faces, the colours are those of the types. */
    makeFilterUser() {
        return { ...super.makeFilterUser(...arguments), colorIndex: null };
    }

    makeFilterDynamic(filterInfo, previousFilter, fieldName, rawFilter) {
        const filter = super.makeFilterDynamic(...arguments);
        if (!filter.value && fieldName in EMPTY_LABELS) {
            filter.label = EMPTY_LABELS[fieldName];
        }
        if (fieldName === "activity_type_id") {
            filter.colorIndex = rawFilter.colorIndex || null;
        }
        return { ...filter, active: this.isChosen(fieldName, filter.value) };
    }

    updateFilters(fieldName, filters, active) {
        if (!this.meta.filtersInfo[fieldName].writeResModel) {
            this.choose(fieldName, filters, active);
        }
        return super.updateFilters(...arguments);
    }

    /**
     * Remember what was ticked or unticked, also for values that come up only when
     * another week is looked at: after *none* and one customer, only that one.
     */
    choose(fieldName, filters, active) {
        if (filters === this.data.filterSections[fieldName].filters) {
            this.choices[fieldName] = { others: active, except: new Set() };
            return;
        }
        this.choices[fieldName] ??= { others: true, except: new Set() };
        const { others, except } = this.choices[fieldName];
        for (const { value } of filters) {
            active === others ? except.delete(value) : except.add(value);
        }
    }

    isChosen(fieldName, value) {
        const choice = this.choices[fieldName];
        return !choice || choice.others !== choice.except.has(value);
    }

    //--------------------------------------------------------------------------
    // Moving
    //--------------------------------------------------------------------------

    /**
     * Return what to write when an activity was dropped somewhere.
     *
     * @param {Object} record
     * @param {{ allDay: boolean, start: DateTime, end: DateTime|null, days: number }} target
     *  where it lies now, and how many days from where it was
     */
    buildMove(record, { allDay, start, end, days }) {
        if (record.isAllDay && allDay) {
            return { date_deadline: serializeDate(start) };
        }
        if (!record.isAllDay && (this.scale === "month" || (allDay && this.isLong(record)))) {
            // Drawn without hours, but it has some.
            return this.buildHours(record.start.plus({ days }), record.end.plus({ days }));
        }
        if (allDay) {
            return { start: false, stop: false, date_deadline: serializeDate(start) };
        }
        const length = record.isAllDay ? { hours: 1 } : record.end.diff(record.start);
        return this.buildHours(start, end || start.plus(length));
    }

    /**
     * Return what to write when an end of an activity was pulled.
     *
     * @param {Object} record
     * @param {{ start: DateTime, end: DateTime, startDays: number, endDays: number }} target
     *  where it lies now, and how many days its ends were moved
     */
    buildResize(record, { start, end, startDays, endDays }) {
        if (this.scale === "month" || this.isLong(record)) {
            start = record.start.plus({ days: startDays });
            end = record.end.plus({ days: endDays });
        }
        const { stop, ...values } = this.buildHours(start, end);
        return +start === +record.start ? { stop } : { ...values, stop };
    }

    buildHours(start, stop) {
        return { start: serializeDateTime(start), stop: serializeDateTime(stop) };
    }

    isLong(record) {
        return record.end.diff(record.start, "hours").hours >= 24;
    }

    /** Write, and show what the server made of it: refused changes go back as well. */
    async writeActivity(resId, values) {
        try {
            await this.orm.write(this.resModel, [resId], values, { context: this.meta.context });
        } finally {
            await this.load();
        }
    }
}
