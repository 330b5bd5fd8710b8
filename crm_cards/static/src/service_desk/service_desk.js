import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const TICKET = "crm.cards.ticket";
// How often the figures are asked for while somebody looks at them.
const REFRESH_EVERY = 60000;

/** What is open now, since when, and who has it; every figure opens its tickets. */
export class ServiceDesk extends Component {
    static template = "crm_cards.ServiceDesk";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static path = "service-desk";
    static displayName = _t("Service desk");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const departmentId = this.props.state?.departmentId || false;
        this.state = useState({ desk: null, departmentId, isLoading: false });
        useSetupAction({
            getLocalState: () => ({ departmentId: this.state.departmentId }),
        });
        onWillStart(() => this.load());
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), REFRESH_EVERY);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async load(orm = this.orm) {
        this.state.isLoading = true;
        // What was asked for last is what is shown, whichever answer comes first.
        const asked = (this.asked = { department_id: this.state.departmentId });
        try {
            const desk = await orm.call(TICKET, "get_service_desk", [asked]);
            if (asked === this.asked) {
                this.state.desk = desk;
            }
        } finally {
            this.state.isLoading = false;
        }
    }

    /** Ask again by itself, but not for a tab that nobody looks at. */
    refresh() {
        if (!document.hidden) {
            return this.load(this.orm.silent);
        }
    }

    get tiles() {
        return [
            { name: "open", title: _t("Open now"), icon: "fa-ticket" },
            { name: "late", title: _t("Late"), icon: "fa-exclamation-circle", look: "danger" },
            { name: "soon", title: _t("Due within two hours"), icon: "fa-clock-o", look: "warning" },
            { name: "customer", title: _t("Waiting for the customer"), icon: "fa-user-o" },
            { name: "supplier", title: _t("Waiting for a supplier"), icon: "fa-truck" },
            { name: "nobody", title: _t("Without a technician"), icon: "fa-question-circle-o" },
        ];
    }

    get cuts() {
        return [
            {
                name: "technicians",
                title: _t("By technician"),
                nobody: _t("Nobody"),
                columns: ["open", "late", "soon", "customer", "supplier"],
            },
            {
                name: "departments",
                title: _t("By department"),
                nobody: _t("No department"),
                columns: ["open", "late", "soon", "nobody"],
            },
        ];
    }

    get earlierTitle() {
        return _t("Before today");
    }

    getTitle(name) {
        return this.tiles.find((tile) => tile.name === name).title;
    }

    getLook(name, count) {
        const { look } = this.tiles.find((tile) => tile.name === name);
        return count && look ? `text-${look}` : "";
    }

    /** How high the bar of an hour is, of the hour in which most came. */
    getBarHeight(hour) {
        const most = Math.max(...this.state.desk.hours.map(({ count }) => count));
        return most ? Math.round((100 * hour.count) / most) : 0;
    }

    formatMoment(moment) {
        // On the same clock as the hours of arrival.
        return toLocaleDateTimeString(deserializeDateTime(moment), { tz: this.state.desk.tz });
    }

    getAge(moment) {
        return deserializeDateTime(moment).toRelative();
    }

    chooseDepartment(ev) {
        this.state.departmentId = Number(ev.target.value) || false;
        return this.load();
    }

    openList(figure, ...titles) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: titles.filter(Boolean).join(" · "),
            res_model: TICKET,
            domain: figure.domain,
            views: ["list", "kanban", "form", "pivot", "graph", "activity"].map((view) => [
                false,
                view,
            ]),
        });
    }

    openTicket(ticket) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: TICKET,
            res_id: ticket.id,
            views: [[false, "form"]],
        });
    }

    async printSheet(row) {
        const action = await this.orm.call(TICKET, "action_print_sheets_of", [
            [row.id],
            this.state.departmentId,
        ]);
        return this.action.doAction(action);
    }

    openSheets() {
        return this.action.doAction("crm_cards.crm_cards_ticket_sheet_action", {
            additionalContext: { default_department_id: this.state.departmentId },
        });
    }
}

registry.category("actions").add("crm_cards_service_desk", ServiceDesk);
