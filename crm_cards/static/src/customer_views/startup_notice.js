import { Component, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** Offers the start-up checklist to administrators until it is done or dismissed. */
export class StartupNotice extends Component {
    static template = "crm_cards.StartupNotice";
    static props = { reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ isShown: Boolean(session.crm_cards_show_startup) });
    }

    open() {
        return this.action.doAction("crm_cards.crm_cards_startup_action", {
            onClose: (info) => {
                if (!info?.dismiss) {
                    this.hide();
                    this.props.reload();
                }
            },
        });
    }

    async dismiss() {
        await this.orm.call("crm.cards.startup", "dismiss", []);
        this.hide();
    }

    hide() {
        session.crm_cards_show_startup = false;
        this.state.isShown = false;
    }
}
