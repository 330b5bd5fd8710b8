import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { describePresence, sortPeople } from "./presence_words";

/** Faces of those who had the record open when the list was loaded. */
export class PresenceField extends Component {
    static template = "crm_cards.PresenceField";
    static props = { ...standardFieldProps };

    get people() {
        return sortPeople(this.props.record.data[this.props.name] || []);
    }

    describe(person) {
        return describePresence(person);
    }
}

registry.category("fields").add("crm_cards_presence", {
    component: PresenceField,
    displayName: _t("Who has it open"),
    supportedTypes: ["json"],
});
