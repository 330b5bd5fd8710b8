import { Activity as ActivityModel } from "@mail/core/common/activity_model";
import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";

import { patch } from "@web/core/utils/patch";

import { announceRecordsChanged } from "../records_changed/records_changed";

patch(ActivityModel.prototype, {
    /** Open the one dialog; resolves when it has been closed, applied or not. */
    async handle() {
        const { action: actionService, orm } = this.store.env.services;
        const { id, res_id, res_model } = this;
        const action = await orm.call("mail.activity", "action_card_handle", [[id]]);
        await new Promise((resolve) => actionService.doAction(action, { onClose: resolve }));
        if (res_model && res_id) {
            this.store.activityBroadcastChannel?.postMessage({
                type: "RELOAD_CHATTER",
                payload: { id: res_id, model: res_model },
            });
        }
    },
});

patch(Activity.prototype, {
    /** @override */
    async onClickMarkAsDone() {
        // The activity leaves the store once it is closed, and its thread with it.
        const thread = this.thread;
        await this.props.activity.handle();
        announceRecordsChanged(this.env, "crm.cards.activity");
        this.props.onActivityChanged(thread);
        await thread.fetchNewMessages();
    },
});

patch(ActivityListPopoverItem.prototype, {
    /** @override */
    async onClickMarkAsDone() {
        const { activity, onActivityChanged, onClickEditActivityButton } = this.props;
        const thread =
            activity.res_model &&
            this.env.services["mail.store"].Thread.insert({
                model: activity.res_model,
                id: activity.res_id,
            });
        // A popover does not stay open beside a dialog.
        onClickEditActivityButton?.();
        await activity.handle();
        onActivityChanged?.(thread);
    },
});
