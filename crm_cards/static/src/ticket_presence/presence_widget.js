import { Component, useEffect, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { describePresence, sortPeople } from "./presence_words";

/** Above a ticket: who else has it open now, with a face and in words. */
export class PresenceWidget extends Component {
    static template = "crm_cards.PresenceWidget";
    static props = { ...standardWidgetProps };

    setup() {
        this.presence = useState(useService("crm_cards_ticket_presence"));
        useEffect(
            (ticketId) => {
                if (ticketId) {
                    this.presence.join(ticketId);
                    return () => this.presence.leave(ticketId);
                }
            },
            () => [this.props.record.resId]
        );
    }

    get people() {
        return sortPeople(this.presence.people);
    }

    describe(person) {
        return describePresence(person);
    }
}

registry.category("view_widgets").add("crm_cards_presence", { component: PresenceWidget });
