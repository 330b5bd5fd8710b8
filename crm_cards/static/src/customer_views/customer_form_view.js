import { Component, toRaw, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

import { CustomerFormRenderer } from "../activity_look/customer_notebook";

/**
 * *Save & close*, *Save & new* and *Save & add activity*: buttons on a new
 * customer, a menu beside the save icon while an existing one is changed.
 */
export class CustomerSaveButtons extends Component {
    static template = "crm_cards.CustomerSaveButtons";
    static components = { Dropdown, DropdownItem };
    static props = {
        model: Object,
        saveAndAddActivity: Function,
        saveAndClose: Function,
        saveAndNew: Function,
    };

    setup() {
        this.state = useState({ isFieldDirty: false });
        useBus(this.props.model.bus, "FIELD_IS_DIRTY", (ev) => {
            this.state.isFieldDirty = ev.detail;
        });
    }

    get isNew() {
        return this.props.model.root.isNew;
    }

    get isDirty() {
        return this.props.model.root.dirty || this.state.isFieldDirty;
    }
}

export class CustomerFormController extends FormController {
    static template = "crm_cards.CustomerFormView";
    static components = { ...FormController.components, CustomerSaveButtons };

    async saveAndClose() {
        if (await this.saveButtonClicked()) {
            this.env.config.historyBack();
        }
    }

    async saveAndNew() {
        if (await this.saveButtonClicked()) {
            await this.model.load({ resId: false });
        }
    }

    async saveAndAddActivity() {
        if (await this.saveButtonClicked()) {
            await this.actionService.doActionButton({
                type: "object",
                name: "action_customer_new_activity",
                resModel: "res.partner",
                resId: this.model.root.resId,
                resIds: this.model.root.resIds,
                context: this.model.root.context,
                onClose: () => this.model.load(),
            });
        }
    }
}

/** Names the mandatory fields that are still empty. */
export class CustomerRecord extends formView.Model.Record {
    _displayInvalidFieldNotification() {
        const labels = [...toRaw(this._invalidFields)].map((name) => this.fields[name].string);
        return this.model.notification.add(_t("Please fill in: %s", labels.join(", ")), {
            type: "danger",
        });
    }
}

export class CustomerModel extends formView.Model {
    static Record = CustomerRecord;
}

export const customerFormView = {
    ...formView,
    Controller: CustomerFormController,
    Model: CustomerModel,
    Renderer: CustomerFormRenderer,
};

registry.category("views").add("crm_cards_customer_form", customerFormView);
