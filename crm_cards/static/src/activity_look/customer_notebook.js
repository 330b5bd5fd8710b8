import { Notebook } from "@web/core/notebook/notebook";
import { FormRenderer } from "@web/views/form/form_renderer";

const PAGE = "customer_activities";

/** Opened from an activity, a customer shows his activities first (row 57). */
export class CustomerNotebook extends Notebook {
    setup() {
        super.setup();
        const { card_activity_id: activityId } = this.env.model.root.context;
        const page = this.pages.find(([, { name }]) => name === PAGE);
        // Back from elsewhere, the page one was on is the default.
        if (activityId && page && !this.props.defaultPage) {
            this.state.currentPage = page[0];
        }
    }
}

export class CustomerFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, Notebook: CustomerNotebook };
}
