import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

/** *New*: a company, a person, or a contact of a company that exists already. */
export class CustomerNewMenu extends Component {
    static template = "crm_cards.CustomerNewMenu";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
    }

    create(defaults) {
        return this.action.doAction("crm_cards.res_partner_action_customer_new", {
            additionalContext: defaults,
        });
    }

    createCompany() {
        return this.create({ default_is_company: true });
    }

    createPerson() {
        return this.create({ default_is_company: false });
    }

    createContact() {
        this.dialog.add(SelectCreateDialog, {
            title: _t("Contact of which company?"),
            resModel: "res.partner",
            domain: [
                ["is_company", "=", true],
                ["ref_company_ids", "=", false],
            ],
            context: { list_view_ref: "crm_cards.res_partner_view_list_company" },
            multiSelect: false,
            noCreate: true,
            onSelected: ([companyId]) =>
                this.create({
                    default_is_company: false,
                    default_type: "contact",
                    default_parent_id: companyId,
                }),
        });
    }
}
