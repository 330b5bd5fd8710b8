import { Component, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { formatElapsed } from "./elapsed";

const MODEL = "crm.cards.hours.timer";
const TICK = 1_000; // milliseconds

/** The running timer in the bar at the top, and those that wait to be logged. */
export class TimerSystray extends Component {
    static template = "crm_cards.TimerSystray";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.timer = useState(useService("crm_cards_hours_timer"));
        // Nobody asks the server: the browser counts on from what it was told.
        this.state = useState({ ticks: 0 });
        const interval = browser.setInterval(() => this.state.ticks++, TICK);
        onWillUnmount(() => browser.clearInterval(interval));
    }

    get isShown() {
        return this.timer.running || this.timer.drafts.length;
    }

    get elapsed() {
        return this.state.ticks >= 0 && formatElapsed(this.timer.elapsed);
    }

    format({ elapsed }) {
        return formatElapsed(elapsed);
    }

    open({ res_model, res_id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model,
            res_id,
            views: [[false, "form"]],
        });
    }

    async stop() {
        return this.action.doAction(await this.orm.call(MODEL, "stop_running", []));
    }

    async log({ id }) {
        return this.action.doAction(await this.orm.call(MODEL, "action_log", [[id]]));
    }
}

registry
    .category("systray")
    .add("crm_cards.TimerSystray", { Component: TimerSystray }, { sequence: 31 });
