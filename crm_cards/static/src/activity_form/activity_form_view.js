import { useBus } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * An activity in a dialog is saved by its buttons, and by nothing else.
 *
 * Odoo saves what a form shows when the page is left, in dialogs too, and a new record
 * even if nothing was typed: whoever thinks better of it would have planned something.
 */
export class ActivityFormController extends FormController {
    setup() {
        super.setup();
        useBus(this.model.bus, "FIELD_IS_DIRTY", ({ detail }) => (this.isTyping = detail));
    }

    /** @override */
    async beforeUnload(ev) {
        if (!this.env.inDialog) {
            return super.beforeUnload(ev);
        }
        if (this.model.root.dirty || this.isTyping) {
            // The browser asks whether to leave; its words are its own.
            ev.preventDefault();
            ev.returnValue = "Unsaved changes";
        }
    }
}

registry
    .category("views")
    .add("crm_cards_activity_form", { ...formView, Controller: ActivityFormController });
