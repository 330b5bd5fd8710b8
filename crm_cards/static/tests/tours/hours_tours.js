import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const dialog = (selector) => `.modal:not(.o_inactive_modal) ${selector}`;
const hours = dialog(".o_field_widget[name='hours'] input");
const log = dialog("button[name='action_log']");

/** From the form of a ticket: too much is refused, the rest goes down; then by timer. */
tours.add("crm_cards_hours_log", {
    steps: () => [
        { trigger: ".o_form_view button[name='action_log_hours']", run: "click" },
        { trigger: `${dialog("[name='left_before']")}:contains('10:00')` },
        { content: "more than the bank has", trigger: hours, run: "edit 20:00 && press Tab" },
        { content: "is refused", trigger: dialog(".alert-danger:contains('only 10:00')") },
        { content: "and cannot be saved", trigger: `body:not(:has(${log}))` },
        { content: "an hour and a half", trigger: hours, run: "edit 1:30 && press Tab" },
        { content: "the balance goes down", trigger: `${dialog("[name='left_after']")}:contains('08:30')` },
        { trigger: dialog("[name='name'] input"), run: "edit Changed the roller" },
        { trigger: log, run: "click" },
        { content: "the ticket knows", trigger: "body:not(:has(.modal)) .oe_stat_button [name='card_hours']:contains('01:30')" },
        { trigger: ".nav-link[name='hours']", run: "click" },
        { trigger: "[name='timesheet_ids'] .o_data_row:contains('Changed the roller')" },
        // by timer
        { trigger: "button[name='action_start_timer']", run: "click" },
        { trigger: ".o_crm_cards_timer:contains('0:00:0')", run: "click" },
        { trigger: ".o_crm_cards_timer_stop", run: "click" },
        { content: "a begun minute", trigger: `${hours}:value('00:01')` },
        { trigger: `${dialog("[name='left_before']")}:contains('08:30')` },
        { trigger: log, run: "click" },
        { content: "nothing runs", trigger: "body:not(:has(.modal)):not(:has(.o_crm_cards_timer))" },
    ],
});
