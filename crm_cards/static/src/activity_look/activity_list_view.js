import { onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { useViewButtons } from "@web/views/view_button/view_button_hook";

import { useRecordsChanged } from "../records_changed/records_changed";
import { openCustomerOf } from "./open_customer";

const DOUBLE_CLICK = 250; // milliseconds, as Odoo's calendar waits

/**
 * A list of activities. Handling one may change any other list beside it: of open
 * and closed ones, of those coming up and overdue.
 */
export class ActivityListController extends ListController {
    setup() {
        super.setup();
        onWillUnmount(() => this.forgetClick());
        this.notifyChanged = useRecordsChanged(this.props.resModel, () => this.loadUnlessEdited());
        // Takes the place of the hook of the parent class, which reloads this list only.
        useViewButtons(this.rootRef, {
            beforeExecuteAction: this.beforeExecuteActionButton.bind(this),
            afterExecuteAction: this.afterExecuteActionButton.bind(this),
            reload: () => this.reloadAll(),
        });
    }

    async loadUnlessEdited() {
        if (!this.model.root.editedRecord) {
            await this.model.load();
        }
    }

    async reloadAll() {
        await this.model.load();
        this.notifyChanged();
    }

    async onRecordSaved(record) {
        await super.onRecordSaved(record);
        this.notifyChanged();
    }

    /** One click opens the activity, two the customer (row 57), as on the schedule. */
    openRecord(record, options = {}) {
        if (!this.archInfo.openAction) {
            return super.openRecord(...arguments);
        }
        const isSecond = this.clicked?.resId === record.resId;
        this.forgetClick();
        if (isSecond && record.data.card_customer_id) {
            return openCustomerOf(this.actionService, record);
        }
        if (isSecond || options.newWindow) {
            return this.openActivity(record, options);
        }
        const timeout = browser.setTimeout(() => {
            this.forgetClick();
            this.openActivity(record, options);
        }, DOUBLE_CLICK);
        this.clicked = { resId: record.resId, timeout };
    }

    forgetClick() {
        browser.clearTimeout(this.clicked?.timeout);
        this.clicked = null;
    }

    async openActivity(record, { newWindow }) {
        const { openAction } = this.archInfo;
        if (await record.isDirty()) {
            await record.save();
        }
        await this.actionService.doActionButton(
            {
                name: openAction.action,
                type: openAction.type,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
                context: record.context,
                onClose: () => this.reloadAll(),
            },
            { newWindow }
        );
    }
}

export const activityListView = { ...listView, Controller: ActivityListController };

registry.category("views").add("crm_cards_activity_list", activityListView);
