import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Loads and runs the processes that are offered for one customer.
 *
 * @returns {{ state: { entries: Object[] }, load(resId), run(record, entry) }}
 */
export function useProcesses() {
    const orm = useService("orm");
    const action = useService("action");
    const state = useState({ entries: [] });
    return {
        state,
        async load(resId) {
            state.entries = [];
            state.entries = await orm.call("res.partner", "get_processes", [[resId]]);
        },
        async run(record, entry) {
            const reload = () => record.load();
            const next = await orm.call("res.partner", "run_process", [
                [record.resId],
                entry.type,
                entry.id,
            ]);
            if (next) {
                await action.doAction(next, { onClose: reload });
            } else {
                await reload();
            }
        },
    };
}

/** The *Run process* button in the header of a customer. */
export class ProcessMenu extends Component {
    static template = "crm_cards.ProcessMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.processes = useProcesses();
    }

    async beforeOpen() {
        if (await this.props.record.save()) {
            await this.processes.load(this.props.record.resId);
        }
    }

    onSelected(entry) {
        return this.processes.run(this.props.record, entry);
    }
}

registry.category("view_widgets").add("crm_cards_process_menu", { component: ProcessMenu });
