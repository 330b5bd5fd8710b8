import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CoverageField } from "../coverage/coverage_field";

const MODEL = "crm.cards.ticket.entry";
const DELAY = 250; // milliseconds after the last key, before the server is asked
const UNKNOWN = -1; // the line below all others: somebody nobody knows

/**
 * Who calls, whether there is service, what is open, and a ticket in two clicks.
 *
 * One server call for each text typed. Arrows choose while the cursor stays in the
 * search; Enter goes on to the ticket, and Enter there opens it.
 */
export class NewCall extends Component {
    static template = "crm_cards.NewCall";
    static components = { CoverageField };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            text: "",
            answer: null,
            chosen: UNKNOWN,
            productId: false,
            subject: "",
            contact: {},
            isBusy: false,
        });
        useAutofocus({ refName: "text" });
        this.details = useRef("details");
        this.root = useRef("root");
        this.search = useDebounced(this.find, DELAY);
        useEffect(
            () => {
                const line = this.root.el.querySelector("[aria-selected='true']");
                line?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.chosen]
        );
    }

    // -- finding --------------------------------------------------------------

    onInput(ev) {
        this.state.text = ev.target.value;
        this.isFound = false;
        this.search();
    }

    async find() {
        const text = this.state.text.trim();
        const call = text ? this.orm.silent.call(MODEL, "find_callers", [text]) : null;
        const answer = await this.keepLast.add(Promise.resolve(call));
        if (text !== this.state.text.trim()) {
            return; // typed on meanwhile: that is asked for soon
        }
        this.isFound = true;
        this.state.answer = answer;
        this.state.contact = { ...answer?.contact };
        this.choose(answer?.lines.length ? 0 : UNKNOWN);
    }

    /** Ask at once what has been typed, if that is still to come. */
    async findNow() {
        if (!this.isFound) {
            this.search.cancel();
            await this.find();
        }
    }

    get lines() {
        return this.state.answer?.lines || [];
    }

    /** Who is chosen; undefined for somebody unknown. */
    get line() {
        return this.lines[this.state.chosen];
    }

    choose(index) {
        this.state.chosen = index;
        this.state.productId = this.lines[index]?.product_id || false;
    }

    chooseProduct(productId) {
        this.state.productId = this.state.productId === productId ? false : productId;
    }

    // -- keyboard -------------------------------------------------------------

    onSearchKeydown(ev) {
        const places = [...this.lines.keys(), UNKNOWN];
        const place = places.indexOf(this.state.chosen);
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.choose(places[(place + step + places.length) % places.length]);
            ev.preventDefault();
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            return this.onSearchEnter();
        }
    }

    async onSearchEnter() {
        await this.findNow();
        if (this.state.answer) {
            // What was just found is drawn first.
            requestAnimationFrame(() => this.focusNext());
        }
    }

    focusNext() {
        this.details.el?.querySelector(".o_crm_cards_call_next")?.focus();
    }

    onFieldKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            // Not a double by a mere Enter: that takes the button which says so.
            return this.same ? this.focusNext() : this.openTicket();
        }
    }

    // -- words ----------------------------------------------------------------

    formatOpened(ticket) {
        return formatDate(deserializeDateTime(ticket.date_opened));
    }

    /** What the strip shows, as if it were a field of a customer. */
    getStrip({ id, coverage, coverage_end: end }) {
        const coverage_end = end ? deserializeDate(end) : false;
        return { resId: id, data: { coverage, coverage_end } };
    }

    get openTicketsTitle() {
        const { ticket_count: count } = this.line;
        return count ? _t("Open tickets (%s)", count) : _t("No open tickets");
    }

    // -- the ticket -----------------------------------------------------------

    /** The open ticket about the same: of the product, else of the person. */
    get same() {
        const { line } = this;
        const { productId } = this.state;
        return line?.tickets.find((ticket) =>
            productId ? ticket.product_id === productId : ticket.partner_id === line.id
        );
    }

    prepareCall(isNew) {
        const { answer, contact, productId, subject } = this.state;
        const who = this.line
            ? { partner_id: this.line.id, phone: answer.contact.phone }
            : { contact };
        return { ...who, product_id: productId, name: subject, is_new: isNew };
    }

    async openTicket(isNew = Boolean(this.same)) {
        if (this.state.isBusy) {
            return; // a second click is not a second call
        }
        this.state.isBusy = true;
        try {
            const call = this.prepareCall(isNew);
            const { ticket_id: ticketId, same } = await this.orm.call(MODEL, "open_ticket", [call]);
            if (same) {
                this.addSame(same);
            } else {
                await this.open(ticketId);
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    /** A colleague opened one about the same meanwhile: offer it. */
    addSame(same) {
        const others = this.line.tickets.filter(({ id }) => id !== same.id);
        this.line.tickets = [same, ...others];
        this.line.ticket_count = Math.max(this.line.ticket_count, this.line.tickets.length);
    }

    open(ticketId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.cards.ticket",
            res_id: ticketId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_cards_new_call", NewCall);
