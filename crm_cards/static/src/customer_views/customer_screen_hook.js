import { useState, useSubEnv } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";

/**
 * What the list and the kanban of customers have in common: the quick look
 * beside the records, and what the coloured buttons of a record do.
 *
 * @param {Object} params
 * @param {(record) => any} params.edit
 * @param {(record) => any} params.deleteRecord asked only after confirmation
 * @param {() => Object} params.getModel
 * @param {Object} params.dialog dialog service
 */
export function useCustomerScreen({ edit, deleteRecord, getModel, dialog }) {
    const quickLook = useState({ resId: false });
    const close = () => (quickLook.resId = false);
    useSubEnv({
        customerActions: {
            edit,
            delete(record) {
                dialog.add(ConfirmationDialog, {
                    title: _t("Delete customer"),
                    body: _t("Do you want to delete %s?", record.data.display_name),
                    confirmLabel: _t("Delete"),
                    confirmClass: "btn-danger",
                    confirm: async () => {
                        await deleteRecord(record);
                        close();
                    },
                    cancelLabel: _t("No, keep it"),
                    cancel: () => {},
                });
            },
            toggleQuickLook(resId) {
                quickLook.resId = quickLook.resId === resId ? false : resId;
            },
            quickLook,
        },
    });
    return {
        state: quickLook,
        close,
        editShown() {
            const shown = getModel().root.records.find(
                (record) => record.resId === quickLook.resId
            );
            return edit(shown || { resId: quickLook.resId });
        },
    };
}
