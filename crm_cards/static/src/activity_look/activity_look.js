import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { KanbanRecord } from "@web/views/kanban/kanban_record";
import { ListRenderer } from "@web/views/list/list_renderer";

const PRIORITY_LOOKS = { 0: "low", 2: "high" };

/**
 * Return the classes of one activity, wherever it is shown.
 *
 * @param {Object} data of a record; without `card_status` it has no look
 * @param {"white"|"green"} [doneColor] of done activities, a company's setting
 * @returns {string[]}
 */
export function getActivityLook(data, doneColor) {
    if (!data.card_status) {
        return [];
    }
    const looks = [data.card_status];
    if (data.card_status === "done" && doneColor === "green") {
        looks.push("done_green");
    }
    if (data.card_priority in PRIORITY_LOOKS) {
        looks.push(PRIORITY_LOOKS[data.card_priority]);
    }
    return ["o_crm_cards_activity", ...looks.map((look) => `o_crm_cards_activity_${look}`)];
}

function getLookOfRecord(record) {
    return getActivityLook(record.data, user.activeCompany?.crm_cards_done_color);
}

// Every list and kanban that knows the status of its activities, Odoo's own as well.
patch(ListRenderer.prototype, {
    getRowClass(record) {
        const looks = getLookOfRecord(record);
        if (looks.length && record.resId === record.context.card_activity_id) {
            looks.push("o_crm_cards_activity_at_hand");
        }
        return [super.getRowClass(record), ...looks].join(" ");
    },
});

patch(KanbanRecord.prototype, {
    getRecordClasses() {
        return [super.getRecordClasses(), ...getLookOfRecord(this.props.record)].join(" ");
    },
});
