import { Component, onMounted, useRef } from "@odoo/owl";

/** What the right click on a free slot offers. */
export class ScheduleSlotMenu extends Component {
    static template = "crm_cards.ScheduleSlotMenu";
    static props = { close: Function, onNew: Function };

    setup() {
        const first = useRef("first");
        onMounted(() => first.el.focus());
    }

    onNew() {
        this.props.close();
        this.props.onNew();
    }
}
