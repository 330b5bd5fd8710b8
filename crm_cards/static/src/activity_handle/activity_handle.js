import { Activity as ActivityModel } from "@mail/core/common/activity_model";
import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { announceRecordsChanged } from "../records_changed/records_changed";

function callServer({ id, store }, method, ...args) {
    return store.env.services.orm.call("mail.activity", method, [[id], ...args]);
}

function openDialog({ store }, action) {
    const { action: actionService } = store.env.services;
    return new Promise((resolve) => actionService.doAction(action, { onClose: resolve }));
}

/** Let other tabs show what came of an activity, which may be gone by then. */
async function reloadAfter({ res_id, res_model, store }, change) {
    await change;
    if (res_model && res_id) {
        store.activityBroadcastChannel?.postMessage({
            type: "RELOAD_CHATTER",
            payload: { id: res_id, model: res_model },
        });
    }
}

patch(ActivityModel.prototype, {
    /** Open the one dialog; resolves when it has been closed, applied or not. */
    async handle() {
        const action = await callServer(this, "action_card_handle");
        await reloadAfter(this, openDialog(this, action));
    },
    /** Open the activity card; resolves when it has been closed. @override */
    async edit() {
        const action = {
            type: "ir.actions.act_window",
            name: _t("Activity"),
            res_model: "mail.activity",
            res_id: this.id,
            views: [[false, "form"]],
            target: "new",
            context: {
                form_view_ref: "crm_cards.mail_activity_view_form_card",
                dialog_size: "large",
            },
        };
        await reloadAfter(this, openDialog(this, action));
    },
    /** Close with the files it asked for; what else its type requires is asked. @override */
    async markAsDone(attachmentIds = []) {
        if (!attachmentIds.length) {
            return super.markAsDone(...arguments);
        }
        const action = await callServer(this, "action_card_upload", attachmentIds);
        await reloadAfter(this, action && openDialog(this, action));
    },
});

patch(Activity.prototype, {
    /** @override */
    async onClickMarkAsDone() {
        // The activity leaves the store once it is closed, and its thread with it.
        const thread = this.thread;
        await this.props.activity.handle();
        await this._onHandled(thread);
    },
    /** @override */
    async edit() {
        const thread = this.thread;
        await this.props.activity.edit();
        await this._onHandled(thread);
    },
    /** Show what came of it, here and in the lists beside. */
    async _onHandled(thread) {
        announceRecordsChanged(this.env, "crm.cards.activity");
        this.props.onActivityChanged(thread);
        await thread.fetchNewMessages();
    },
});

patch(ActivityListPopoverItem.prototype, {
    get _thread() {
        const { res_id: id, res_model: model } = this.props.activity;
        return model && this.env.services["mail.store"].Thread.insert({ model, id });
    },
    /** @override The event follows an activity that is in the calendar. */
    get hasEditButton() {
        const { can_write, card_on_calendar, state } = this.props.activity;
        return super.hasEditButton || (card_on_calendar && can_write && state !== "done");
    },
    /** @override */
    async onClickMarkAsDone() {
        const { activity, onActivityChanged, onClickEditActivityButton } = this.props;
        const thread = this._thread;
        // A popover does not stay open beside a dialog.
        onClickEditActivityButton?.();
        await activity.handle();
        onActivityChanged?.(thread);
    },
    /** @override */
    async onFileUploaded(data) {
        const { activity, onActivityChanged, onClickEditActivityButton } = this.props;
        const thread = this._thread;
        const { id } = await this.attachmentUploader.uploadData(data, { activity });
        onClickEditActivityButton?.();
        await activity.markAsDone([id]);
        onActivityChanged?.(thread);
    },
});
