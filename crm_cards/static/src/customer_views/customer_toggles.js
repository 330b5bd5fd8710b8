import { Component } from "@odoo/owl";
import { useBus } from "@web/core/utils/hooks";

/**
 * *Mine* and *Closed* as buttons that stay pressed.
 *
 * They switch ordinary filters of the search view, so that favourites, the
 * search bar and the way back from a form keep them.
 */
export class CustomerToggles extends Component {
    static template = "crm_cards.CustomerToggles";
    static props = {};

    setup() {
        useBus(this.env.searchModel, "update", this.render);
    }

    getFilter(name) {
        const items = Object.values(this.env.searchModel.searchItems);
        return items.find((item) => item.type === "filter" && item.name === name);
    }

    isActive(name) {
        const filter = this.getFilter(name);
        return this.env.searchModel.query.some((part) => part.searchItemId === filter?.id);
    }

    get hasToggles() {
        return Boolean(this.getFilter("mine") && this.getFilter("not_closed"));
    }

    get isMine() {
        return this.isActive("mine");
    }

    /** Closed customers are shown when nothing leaves them out. */
    get isClosedShown() {
        return !this.isActive("not_closed");
    }

    toggle(name) {
        this.env.searchModel.toggleSearchItem(this.getFilter(name).id);
    }
}
