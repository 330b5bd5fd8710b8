import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** *Save & close*, *Save & new* and *Save & add activity* while there is something to save. */
export class CustomerSaveButtons extends Component {
    static template = "crm_cards.CustomerSaveButtons";
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

    get isShown() {
        const { isNew, dirty } = this.props.model.root;
        return isNew || dirty || this.state.isFieldDirty;
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

export const customerFormView = { ...formView, Controller: CustomerFormController };

registry.category("views").add("crm_cards_customer_form", customerFormView);
