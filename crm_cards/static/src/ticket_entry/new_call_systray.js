import { Component, onWillStart, useState } from "@odoo/owl";
import { useCommand } from "@web/core/commands/command_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** The phone in the bar at the top, and *New call* among the commands. */
export class NewCallSystray extends Component {
    static template = "crm_cards.NewCallSystray";
    static props = {};

    setup() {
        this.action = useService("action");
        this.state = useState({ isTechnician: false });
        onWillStart(async () => {
            this.state.isTechnician = await user.hasGroup("crm_cards.crm_cards_group_ticket_user");
        });
        useCommand(_t("New call"), () => this.open(), {
            global: true,
            hotkey: "alt+shift+p",
            hotkeyOptions: { bypassEditableProtection: true },
            isAvailable: () =>
                this.state.isTechnician && !document.querySelector(".o_crm_cards_call"),
        });
    }

    open() {
        return this.action.doAction("crm_cards.crm_cards_ticket_entry_action");
    }
}

registry
    .category("systray")
    .add("crm_cards.NewCallSystray", { Component: NewCallSystray }, { sequence: 30 });
