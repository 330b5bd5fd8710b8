import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { useProcesses } from "../process_menu/process_menu";

/**
 * The account key with the processes of the customer behind it: by right click
 * on the key, or by the small button beside it, which the keyboard reaches too.
 */
export class AccountKeyField extends Component {
    static template = "crm_cards.AccountKeyField";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardFieldProps };

    setup() {
        this.processes = useProcesses();
        this.menu = useDropdownState();
        this.state = useState({ isLoading: false });
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    async openMenu() {
        if (!this.props.record.resId || this.state.isLoading) {
            return;
        }
        this.state.isLoading = true;
        try {
            await this.processes.load(this.props.record.resId);
        } finally {
            this.state.isLoading = false;
        }
        this.menu.open();
    }

    onSelected(entry) {
        return this.processes.run(this.props.record, entry);
    }
}

registry.category("fields").add("crm_cards_account_key", {
    component: AccountKeyField,
    displayName: _t("Account key with processes"),
    supportedTypes: ["char"],
});
