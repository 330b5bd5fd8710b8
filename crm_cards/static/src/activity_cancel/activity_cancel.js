import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/**
 * Ask why an activity is cancelled, instead of deleting it.
 *
 * @param {Object} env
 * @param {import("models").Activity} activity
 * @returns {Promise<boolean>} whether it was cancelled
 */
function askCancel(env, activity) {
    return new Promise((resolve) =>
        env.services.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Cancel activities"),
                res_model: "crm.cards.activity.cancel",
                views: [[false, "form"]],
                target: "new",
                context: { default_activity_ids: [activity.id] },
            },
            { onClose: (infos) => resolve(Boolean(infos?.cancelled)) }
        )
    );
}

patch(Activity.prototype, {
    /** @override Never deletes, so there is nothing of Odoo's to call. */
    async unlink() {
        const { activity, onActivityChanged } = this.props;
        const thread = this.thread;
        if (await askCancel(this.env, activity)) {
            activity.remove();
            onActivityChanged(thread);
        }
    },
});

patch(ActivityListPopoverItem.prototype, {
    /** @override Never deletes, so there is nothing of Odoo's to call. */
    async unlink() {
        const { activity, onActivityChanged } = this.props;
        if (await askCancel(this.env, activity)) {
            activity.remove();
            onActivityChanged?.();
        }
    },
});
