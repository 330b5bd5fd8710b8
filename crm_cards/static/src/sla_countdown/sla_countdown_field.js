import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { formatRemaining, getRemaining } from "./countdown";

const TICK = 15_000; // milliseconds
const LOOKS = {
    missed: { icon: "fa-exclamation-circle", className: "text-bg-danger" },
    at_risk: { icon: "fa-exclamation-triangle", className: "text-bg-warning" },
    running: { icon: "fa-clock-o", className: "text-bg-success" },
    paused: { icon: "fa-pause", className: "text-bg-secondary" },
};

/** One clock for all rows of a page; it stands still while nobody looks. */
const ticker = {
    listeners: new Set(),
    timer: null,
    add(listener) {
        this.listeners.add(listener);
        this.timer ??= setInterval(() => this.tick(), TICK);
    },
    delete(listener) {
        this.listeners.delete(listener);
        if (!this.listeners.size) {
            clearInterval(this.timer);
            this.timer = null;
        }
    },
    tick() {
        for (const listener of this.listeners) {
            listener();
        }
    },
};

/** Working time left until the next target is due, counted by the screen itself. */
export class SlaCountdownField extends Component {
    static template = "crm_cards.SlaCountdownField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ passed: 0 });
        this.startCounting(this.countdown);
        onWillUpdateProps(({ record, name }) => this.startCounting(record.data[name]));
        const listener = () => this.count();
        ticker.add(listener);
        onWillUnmount(() => ticker.delete(listener));
    }

    startCounting(countdown) {
        if (this.counted !== countdown) {
            this.counted = countdown;
            this.since = performance.now();
            this.state.passed = 0;
        }
    }

    count() {
        this.state.passed = (performance.now() - this.since) / 1000;
    }

    get countdown() {
        return this.props.record.data[this.props.name];
    }

    get remaining() {
        return getRemaining(this.countdown, this.state.passed);
    }

    get status() {
        if (this.countdown.status === "paused") {
            return "paused";
        }
        if (this.remaining < 0) {
            return "missed";
        }
        return this.remaining <= this.countdown.risk ? "at_risk" : "running";
    }

    get look() {
        return LOOKS[this.status];
    }

    get text() {
        return formatRemaining(this.remaining);
    }

    get kind() {
        return {
            first_response: _t("First response"),
            next_response: _t("Next response"),
            resolution: _t("Resolution"),
        }[this.countdown.kind];
    }

    get title() {
        if (this.status === "paused") {
            return _t("%(target)s: the clock is paused, %(time)s of working time left", {
                target: this.kind,
                time: this.text,
            });
        }
        return _t("%(target)s: due on %(date)s", {
            target: this.kind,
            date: this.countdown.due
                ? toLocaleDateTimeString(luxon.DateTime.fromSeconds(this.countdown.due))
                : "",
        });
    }
}

registry.category("fields").add("crm_cards_sla_countdown", {
    component: SlaCountdownField,
    displayName: _t("Countdown of the service level"),
    supportedTypes: ["json"],
});
