import { useExternalListener, useState } from "@odoo/owl";
import { DateTimePicker } from "@web/core/datetime/datetime_picker";

/** A month on which a range of days is chosen by holding the mouse over them. */
export class ScheduleDatePicker extends DateTimePicker {
    static template = "crm_cards.ScheduleDatePicker";
    static props = {
        ...DateTimePicker.props,
        onSelectDays: Function,
        shownDays: { type: Array, optional: true },
    };

    setup() {
        super.setup();
        this.held = useState({ from: null, to: null });
        useExternalListener(window, "pointerup", this.onRelease);
        useExternalListener(window, "pointercancel", this.letGo);
    }

    /** First and last day marked, if a range is held or shown. */
    get markedDays() {
        const { from, to } = this.held;
        return from ? [from, to].sort((a, b) => a - b) : this.props.shownDays;
    }

    getActiveRangeInfo({ range: [day] }) {
        const info = super.getActiveRangeInfo(...arguments);
        if (!this.markedDays) {
            return info;
        }
        const [first, last] = this.markedDays;
        return {
            ...info,
            isSelected: first.startOf("day") <= day && day <= last,
            isSelectStart: day.hasSame(first, "day"),
            isSelectEnd: day.hasSame(last, "day"),
        };
    }

    onHold(ev, { isValid, range: [day] }) {
        if (ev.button !== 0 || !isValid) {
            return;
        }
        // A finger holds on to where it came down, a range goes beyond.
        if (ev.target.hasPointerCapture?.(ev.pointerId)) {
            ev.target.releasePointerCapture(ev.pointerId);
        }
        Object.assign(this.held, { from: day, to: day });
    }

    onEnter({ range: [day] }) {
        this.state.hoveredDate = day;
        if (this.held.from) {
            this.held.to = day;
        }
    }

    onRelease() {
        const { from } = this.held;
        const days = this.markedDays;
        this.letGo();
        // A single day is chosen by the click that follows.
        if (from && !days[0].hasSame(days[1], "day")) {
            this.props.onSelectDays(...days);
        }
    }

    letGo() {
        Object.assign(this.held, { from: null, to: null });
    }
}
