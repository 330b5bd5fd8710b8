import { Component } from "@odoo/owl";
import { formatDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    in_service: "fa-check-circle",
    ending: "fa-clock-o",
    none: "fa-times-circle",
};

/**
 * Whether there is service: blue, amber or red, and always in words.
 *
 * A click opens what the customer has bought, with the end of each service. The last
 * day of service is in the field of the same name with `_end`.
 */
export class CoverageField extends Component {
    static template = "crm_cards.CoverageField";
    static props = {
        ...standardFieldProps,
        customerField: { type: String, optional: true },
        productField: { type: String, optional: true },
        ofProduct: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get status() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return ICONS[this.status];
    }

    /** The last day of service, as a luxon DateTime; false without one. */
    get end() {
        return this.props.record.data[`${this.props.name}_end`];
    }

    get endText() {
        return this.end ? _t("until %s", formatDate(this.end)) : "";
    }

    get isOfProduct() {
        const { productField, record } = this.props;
        return this.props.ofProduct || Boolean(productField && record.data[productField]);
    }

    get label() {
        switch (this.status) {
            case "in_service":
                return this.isOfProduct ? _t("In service") : _t("Products in service");
            case "ending":
                return this.endingLabel;
            default:
                return this.isOfProduct ? _t("Without service") : _t("Customer without service");
        }
    }

    get endingLabel() {
        const days = this.end ? Math.round(this.end.diff(today(), "days").days) : 0;
        return days > 0 ? _t("Days left: %s", days) : _t("Service ends today");
    }

    /**
     * What is asked to open the products: the customer a field names, also while the
     * record is new, else the record itself.
     */
    get opener() {
        const { customerField, record } = this.props;
        if (customerField) {
            return { resModel: "res.partner", resId: record.data[customerField]?.id };
        }
        return { resModel: record.resModel, resId: record.resId };
    }

    async open() {
        const { resModel, resId } = this.opener;
        const action = await this.orm.call(resModel, "action_open_owned_products", [[resId]]);
        return this.action.doAction(action);
    }
}

registry.category("fields").add("crm_cards_coverage", {
    component: CoverageField,
    displayName: _t("Service strip"),
    supportedTypes: ["selection"],
    supportedOptions: [
        {
            label: _t("Field of the customer"),
            name: "customer_field",
            type: "field",
            availableTypes: ["many2one"],
        },
        {
            label: _t("Field of the product"),
            name: "product_field",
            type: "field",
            availableTypes: ["many2one"],
        },
        { label: _t("Service of one product"), name: "of_product", type: "boolean" },
    ],
    fieldDependencies: ({ name }) => [{ name: `${name}_end`, type: "date" }],
    extractProps: ({ options }) => ({
        customerField: options.customer_field,
        productField: options.product_field,
        ofProduct: Boolean(options.of_product),
    }),
    isEmpty: () => false,
});
