import { Component, markup, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { View } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { useRecordsChanged } from "../records_changed/records_changed";

const ACTIVITY = "crm.cards.activity";

/** What to do now, what is late, and for whom; each handled with one click. */
export class StartPage extends Component {
    static template = "crm_cards.StartPage";
    static components = { Layout, View };
    static props = { ...standardActionServiceProps };
    static path = "cards-start";
    static displayName = _t("My start page");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.state = useState({ page: null, isAllShown: false });
        this.notifyChanged = useRecordsChanged(ACTIVITY, () => this.load());
        onWillStart(() => this.load());
    }

    async load() {
        const kwargs = this.state.isAllShown ? { days: false } : {};
        this.state.page = await this.orm.call(ACTIVITY, "get_start_page", [], kwargs);
    }

    get sections() {
        const { days } = this.state.page;
        return {
            coming: {
                title: _t("Coming up"),
                empty: this.state.isAllShown
                    ? _t("Nothing is planned for you.")
                    : _t("Nothing is planned for you today or soon. Days looked ahead: %s.", days),
                resModel: ACTIVITY,
                list: "crm_cards.crm_cards_activity_view_list_start_page",
            },
            overdue: {
                title: _t("Overdue"),
                empty: _t("Nothing is overdue."),
                resModel: ACTIVITY,
                list: "crm_cards.crm_cards_activity_view_list_start_page",
            },
            meetings: {
                title: _t("Meetings today"),
                empty: _t("No meetings today."),
                resModel: "calendar.event",
                list: "crm_cards.calendar_event_view_list_start_page",
            },
            asked: {
                title: _t("Assigned by me, done since yesterday"),
                empty: _t("Nothing you asked for was done since yesterday."),
                resModel: ACTIVITY,
                list: "crm_cards.crm_cards_activity_view_list_start_page_asked",
            },
        };
    }

    getViewKey(name) {
        return JSON.stringify(this.state.page.sections[name].domain);
    }

    getViewProps(name) {
        const { resModel, list } = this.sections[name];
        return {
            type: "list",
            resModel,
            views: [[false, "list"]],
            context: { list_view_ref: list },
            domain: this.state.page.sections[name].domain,
            display: { controlPanel: false, searchPanel: false },
            allowSelectors: false,
            noContentHelp: markup(`<p></p>`),
            selectRecord: (resId) => this.open(resModel, resId),
        };
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("crm_cards.crm_cards_activity_action", {
            additionalContext: { search_default_mine: 1, search_default_open: 1 },
        });
    }

    newActivity() {
        return this.action.doAction("crm_cards.mail_activity_action_new", {
            onClose: () => {
                this.notifyChanged();
                return this.load();
            },
        });
    }

    showAll() {
        this.state.isAllShown = true;
        return this.load();
    }

    async toggleHome() {
        const isHome = !this.state.page.is_home;
        await this.orm.call(ACTIVITY, "set_start_page_home", [isHome]);
        this.state.page.is_home = isHome;
        this.notification.add(
            isHome
                ? _t("From now on you begin here after you log in.")
                : _t("You no longer begin here by your own choice."),
            { type: "success" }
        );
    }
}

registry.category("actions").add("crm_cards_start_page", StartPage);
