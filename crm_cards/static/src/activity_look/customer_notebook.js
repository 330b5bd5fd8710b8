import { useSubEnv } from "@odoo/owl";
import { Notebook } from "@web/core/notebook/notebook";
import { FormRenderer } from "@web/views/form/form_renderer";

const PAGE = "customer_activities";

/** Opened from an activity, a customer shows his activities first (row 57). */
export class CustomerNotebook extends Notebook {
    setup() {
        super.setup();
        const page = this.pages.find(([, { name }]) => name === PAGE);
        if (this.env.isOpenedFromActivity && page) {
            this.state.currentPage = page[0];
        }
    }
}

export class CustomerFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, Notebook: CustomerNotebook };

    setup() {
        super.setup();
        const { activeNotebookPages, record } = this.props;
        // Back from elsewhere, one finds the page one was on.
        const isBack = Object.keys(activeNotebookPages).length;
        useSubEnv({ isOpenedFromActivity: !isBack && Boolean(record.context.card_activity_id) });
    }
}
