import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { useViewButtons } from "@web/views/view_button/view_button_hook";

import { useRecordsChanged } from "../records_changed/records_changed";

/**
 * A list of activities. Handling one may change any other list beside it: of open
 * and closed ones, of those coming up and overdue.
 */
export class ActivityListController extends ListController {
    setup() {
        super.setup();
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

    async openRecord(record, { newWindow } = {}) {
        const { openAction } = this.archInfo;
        if (!openAction) {
            return super.openRecord(...arguments);
        }
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
