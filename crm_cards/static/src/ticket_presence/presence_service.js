import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { uuid } from "@web/core/utils/strings";
import { user } from "@web/core/user";

const MODEL = "crm.cards.ticket";
const NOTIFICATION = "crm.cards.ticket/presence";
// Half of the time after which the server forgets a tab (crm_cards_ticket_presence.py).
const BEAT = 30_000; // milliseconds
// Two who open a ticket at the very same moment do not see each other yet.
const SECOND_BEAT = 3_000; // milliseconds

/**
 * Who else looks at the ticket that this tab shows, and telling them of this one.
 *
 * @typedef {{ id: number, name: string, state: "viewing" | "writing" }} Person
 */
export class TicketPresence {
    constructor(orm) {
        this.orm = orm;
        this.tab = uuid();
        this.ticketId = false;
        /** @type {Person[]} */
        this.people = [];
        this.isWriting = false;
    }

    /** The ticket is on the screen now, until `leave`. */
    join(ticketId) {
        if (this.ticketId !== ticketId) {
            this.leave(this.ticketId);
            this.ticketId = ticketId;
            this.tell();
            this.beatAgain(SECOND_BEAT);
        }
    }

    leave(ticketId) {
        if (!ticketId || this.ticketId !== ticketId) {
            return;
        }
        browser.clearTimeout(this.timer);
        this.ticketId = false;
        this.isWriting = false;
        this.people = [];
        this.call(ticketId, "left");
    }

    setWriting(ticketId, isWriting) {
        if (this.ticketId === ticketId && this.isWriting !== isWriting) {
            this.isWriting = isWriting;
            this.tell();
        }
    }

    beatAgain(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => {
            this.tell();
            this.beatAgain(BEAT);
        }, delay);
    }

    /** Somebody comes back to the tab. */
    onVisibilityChange() {
        if (this.ticketId && document.visibilityState === "visible") {
            this.tell();
            this.beatAgain(BEAT);
        }
    }

    async tell() {
        const { ticketId } = this;
        if (document.visibilityState !== "visible") {
            return;
        }
        const people = await this.call(ticketId, this.isWriting ? "writing" : "viewing");
        if (people && this.ticketId === ticketId) {
            this.people = people;
        }
    }

    async call(ticketId, state) {
        try {
            return await this.orm.silent.call(MODEL, "tell_presence", [[ticketId], this.tab, state]);
        } catch {
            // Offline, deleted, or no longer to be seen: whatever the user does next
            // with the ticket says so; who else looks at it is not known.
            return [];
        }
    }

    /** What one other person does now, as the server pushes it. */
    onNotification({ ticket_id: ticketId, ...person }) {
        if (ticketId !== this.ticketId || person.id === user.userId) {
            return;
        }
        const others = this.people.filter(({ id }) => id !== person.id);
        this.people = person.state === "left" ? others : [...others, person];
    }
}

export const ticketPresenceService = {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service: busService, orm }) {
        const presence = reactive(new TicketPresence(orm));
        busService.subscribe(NOTIFICATION, (message) => presence.onNotification(message));
        document.addEventListener("visibilitychange", () => presence.onVisibilityChange());
        return presence;
    },
};

registry.category("services").add("crm_cards_ticket_presence", ticketPresenceService);
