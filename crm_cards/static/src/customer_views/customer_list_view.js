import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { QuickLook } from "../quick_look/quick_look";
import { CustomerNewMenu } from "./customer_new_menu";
import { useCustomerScreen } from "./customer_screen_hook";
import { CustomerToggles } from "./customer_toggles";
import { StartupNotice } from "./startup_notice";

export class CustomerListController extends ListController {
    static template = "crm_cards.CustomerListView";
    static components = {
        ...ListController.components,
        CustomerNewMenu,
        CustomerToggles,
        QuickLook,
        StartupNotice,
    };

    setup() {
        super.setup();
        this.quickLook = useCustomerScreen({
            edit: (record) =>
                this.props.selectRecord(record.resId, {
                    activeIds: this.model.root.records.map((datapoint) => datapoint.resId),
                }),
            deleteRecord: (record) => this.model.root.deleteRecords([record]),
            getModel: () => this.model,
            dialog: this.dialogService,
        });
    }
}

export const customerListView = { ...listView, Controller: CustomerListController };

registry.category("views").add("crm_cards_customer_list", customerListView);
