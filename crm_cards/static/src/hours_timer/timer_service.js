import { reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

const NOTIFICATION = "crm.cards.hours.timer/changed";
const CLIENT_ACTION = "crm_cards_hours_timer_changed";

/**
 * The user's timer, as the server last told of it.
 *
 * @typedef {{ id: number, name: string, elapsed: number, res_model: string, res_id: number }} Timer
 */
export class HoursTimer {
    constructor() {
        /** @type {Timer | false} */
        this.running = false;
        /** @type {Timer[]} */
        this.drafts = [];
        this.since = 0;
    }

    update({ running, drafts }) {
        this.running = running;
        this.drafts = drafts;
        // Unlike performance.now(), it goes on while the computer sleeps.
        this.since = Date.now();
    }

    /** Seconds since it was started, wherever and by whatever clock. */
    get elapsed() {
        return this.running.elapsed + Math.floor((Date.now() - this.since) / 1000);
    }
}

export const hoursTimerService = {
    dependencies: ["bus_service"],
    start(env, { bus_service: busService }) {
        const timer = reactive(new HoursTimer());
        if (session.crm_cards_timer) {
            timer.update(session.crm_cards_timer);
        }
        busService.subscribe(NOTIFICATION, (state) => timer.update(state));
        return timer;
    },
};

registry.category("services").add("crm_cards_hours_timer", hoursTimerService);

/** What every button that starts, stops or logs a timer returns. */
export function onTimerChanged(env, { params }) {
    env.services.crm_cards_hours_timer.update(params.state);
    if (params.stopped) {
        env.services.notification.add(
            _t("The timer of %s was stopped. Its hours wait above, to be logged.", params.stopped),
            { type: "info" }
        );
    }
    return params.next || undefined;
}

registry.category("actions").add(CLIENT_ACTION, onTimerChanged);
