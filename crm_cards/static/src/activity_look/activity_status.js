/** What says the status of an activity to whoever does not see its colour. */
export const STATUS_ICONS = {
    overdue: "fa-exclamation-triangle",
    today: "fa-bell",
    planned: "fa-clock-o",
    done: "fa-check",
    cancelled: "fa-ban",
};
