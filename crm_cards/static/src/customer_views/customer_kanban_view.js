import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";

import { QuickLook } from "../quick_look/quick_look";
import { CustomerNewMenu } from "./customer_new_menu";
import { useCustomerScreen } from "./customer_screen_hook";
import { CustomerToggles } from "./customer_toggles";

export class CustomerKanbanController extends KanbanController {
    static template = "crm_cards.CustomerKanbanView";
    static components = {
        ...KanbanController.components,
        CustomerNewMenu,
        CustomerToggles,
        QuickLook,
    };

    setup() {
        super.setup();
        this.quickLook = useCustomerScreen({
            edit: (record) => this.props.selectRecord(record.resId, {}),
            deleteRecord: (record) => this.model.root.deleteRecords([record]),
            getModel: () => this.model,
            dialog: this.dialog,
        });
    }
}

export const customerKanbanView = { ...kanbanView, Controller: CustomerKanbanController };

registry.category("views").add("crm_cards_customer_kanban", customerKanbanView);
