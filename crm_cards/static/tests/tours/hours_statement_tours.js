import { registry } from "@web/core/registry";

import { choosePeriod, dialog, fill, fillDay, noDialog, openStatement, press, send } from "./hours_steps";

const tours = registry.category("web_tour.tours");

const row = (name) => `.o_data_row:has(.o_data_cell[name='name']:contains('${name}'))`;
const tag = (name) => ({ trigger: `${dialog("[name='bank_ids'] .o_tag")}:contains('${name}')` });

/** One bank: days that make no sense, then all that can be made of it. */
tours.add("crm_cards_hours_statement_one", {
    steps: () => [
        openStatement,
        tag("Hours"),
        { content: "the days of the month cannot be typed", trigger: dialog("[name='date_from'].o_readonly_modifier") },
        choosePeriod("any"),
        ...fillDay("date_from", "03/01/2026"),
        { content: "the next field", ...fill("date_to", "02/01/2026") },
        press("action_print"),
        { content: "the end is before the start", trigger: ".modal .modal-body:contains('Period')" },
        { trigger: ".modal:not(.o_inactive_modal) .modal-footer .btn-primary:contains('Close')", run: "click" },
        ...fillDay("date_to", "03/31/2026"),
        press("action_print"),
        press("action_export"),
        ...send,
        { content: "is told in the log", trigger: `${noDialog} .o-mail-Message:contains('03/31/2026')` },
        { content: "with the paper", trigger: ".o-mail-Message .o-mail-AttachmentCard" },
    ],
});

/** Several banks of a list at once. */
tours.add("crm_cards_hours_statement_several", {
    steps: () => [
        { trigger: `${row("Hours")} .o_list_record_selector input`, run: "click" },
        { trigger: `${row("Nights")} .o_list_record_selector input`, run: "click" },
        { trigger: ".o_cp_action_menus button:contains('Actions')", run: "click" },
        { trigger: ".o-dropdown--menu .dropdown-item:contains('Statement of hours')", run: "click" },
        tag("Hours"),
        tag("Nights"),
        choosePeriod("last_month"),
        press("action_print"),
        press("action_export"),
        ...send,
        { content: "all are sent", trigger: noDialog },
    ],
});
