import { Component } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { STATUS_ICONS } from "./activity_status";
import { openCustomerOf } from "./open_customer";

/** The status in a word and an icon, so that nobody depends on the colour. */
export class ActivityStatusField extends Component {
    static template = "crm_cards.ActivityStatusField";
    static props = { ...standardFieldProps };

    get status() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return STATUS_ICONS[this.status];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return selection.find(([key]) => key === this.status)?.[1];
    }
}

registry.category("fields").add("crm_cards_activity_status", {
    component: ActivityStatusField,
    displayName: _t("Status of activity"),
    supportedTypes: ["selection"],
});

/** The type with its icon, in the colour it has on the schedule. */
export class ActivityTypeField extends Component {
    static template = "crm_cards.ActivityTypeField";
    static props = { ...standardFieldProps };

    get type() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("crm_cards_activity_type", {
    component: ActivityTypeField,
    displayName: _t("Type of activity"),
    supportedTypes: ["many2one"],
    fieldDependencies: [
        { name: "icon", type: "char" },
        { name: "color", type: "integer" },
    ],
});

/** The hour of an activity; nothing when it has a date only. */
export class ActivityTimeField extends Component {
    static template = "crm_cards.ActivityTimeField";
    static props = { ...standardFieldProps };

    get time() {
        const { data } = this.props.record;
        const value = data[this.props.name];
        if (!value || data.all_day) {
            return "";
        }
        return toLocaleDateTimeString(value, { showDate: false, showSeconds: false });
    }
}

registry.category("fields").add("crm_cards_activity_time", {
    component: ActivityTimeField,
    displayName: _t("Hour of activity"),
    supportedTypes: ["datetime"],
    fieldDependencies: [{ name: "all_day", type: "boolean" }],
});

/** The customer, a click away from his card (row 57). */
export class ActivityCustomerField extends Component {
    static template = "crm_cards.ActivityCustomerField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get customer() {
        return this.props.record.data[this.props.name];
    }

    open() {
        return openCustomerOf(this.action, this.props.record);
    }
}

registry.category("fields").add("crm_cards_activity_customer", {
    component: ActivityCustomerField,
    displayName: _t("Customer of activity"),
    supportedTypes: ["many2one"],
});
