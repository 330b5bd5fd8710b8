import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { PropertiesField, propertiesField } from "@web/views/fields/properties/properties_field";

/**
 * The attributes of a customer's product, which service managers define.
 *
 * They may write no other field of the kind of product, so that the access Odoo asks
 * for would hide the way; the server lets just this one through.
 */
export class OwnedAttributesField extends PropertiesField {
    async checkDefinitionWriteAccess() {
        if (await super.checkDefinitionWriteAccess()) {
            return true;
        }
        return (
            Boolean(this.definitionRecordId) &&
            (await user.hasGroup("crm_cards.crm_cards_group_ticket_manager"))
        );
    }
}

registry.category("fields").add("crm_cards_owned_attributes", {
    ...propertiesField,
    component: OwnedAttributesField,
});
