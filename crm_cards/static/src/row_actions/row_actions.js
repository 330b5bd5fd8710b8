import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Edit (blue), delete (red) and information (green) of one customer.
 *
 * The views that show the buttons hand over what they do, see useCustomerScreen().
 */
export class RowActions extends Component {
    static template = "crm_cards.RowActions";
    static props = { ...standardWidgetProps };

    setup() {
        this.quickLook = useState(this.env.customerActions?.quickLook || {});
    }

    get isShown() {
        return this.quickLook.resId === this.props.record.resId;
    }

    onEdit() {
        return this.env.customerActions.edit(this.props.record);
    }

    onDelete() {
        return this.env.customerActions.delete(this.props.record);
    }

    onInformation() {
        return this.env.customerActions.toggleQuickLook(this.props.record.resId);
    }
}

registry.category("view_widgets").add("crm_cards_row_actions", {
    component: RowActions,
    listViewWidth: 108,
});
