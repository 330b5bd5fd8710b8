import { registry } from "@web/core/registry";

import {
    choosePeriod,
    collectUntilToday,
    dialog,
    fill,
    noDialog,
    openLog,
    openStatement,
    press,
    sell,
    send,
    shows,
} from "./hours_steps";

/**
 * What becomes of hours: tours that are played one after another, each by somebody
 * else, and each of which needs what the one before left. See `test_hours_line.py`.
 */
const tours = registry.category("web_tour.tours");

/** A pack is sold. */
tours.add("crm_cards_hours_line_sell", {
    steps: () => [
        ...sell("Levi Printing", "Pack of 10 hours"),
        { content: "has brought its hours", trigger: ".oe_stat_button:contains('Lots of hours'):contains('1')" },
    ],
});

/** The technician works longer on a ticket than there are hours. */
tours.add("crm_cards_hours_line_log", {
    steps: () => [
        ...openLog,
        shows("left_before", "10:00"),
        fill("name", "Changed the roller"),
        fill("hours", "12:30"),
        shows("left_after", "-02:30"),
        { content: "is said", trigger: dialog(".alert-warning:contains('2:30 h of 12:30 h')") },
        press("action_log"),
        { content: "the ticket knows", trigger: `${noDialog} .oe_stat_button [name='card_hours']:contains('12:30')` },
    ],
});

/** The customer gets his statement. */
tours.add("crm_cards_hours_line_statement", {
    steps: () => [
        { content: "the balance", trigger: ".oe_stat_button [name='left_hours']:contains('-02:30')" },
        openStatement,
        choosePeriod("this_month"),
        ...send,
        {
            content: "is told in the log",
            trigger: `${noDialog} .o-mail-Message-body:contains('statement of your hours')`,
        },
    ],
});

/** At the end of the month, what was beyond the pack is billed. */
tours.add("crm_cards_hours_line_bill", {
    steps: () => [
        ...collectUntilToday(),
        {
            content: "what is beyond the pack",
            trigger: "[name='line_ids'] .o_data_row:contains('Changed the roller'):contains('02:30')",
        },
        { trigger: "button[name='action_approve']", run: "click" },
        { trigger: "button[name='action_invoice']", run: "click" },
        { content: "the invoices of the run", trigger: ".o_breadcrumb .active:contains('Invoices')" },
        { trigger: ".o_data_row .o_data_cell:contains('225.00')", run: "click" },
        {
            content: "names its hours and their price",
            trigger: "[name='invoice_line_ids'] .o_data_row:contains('2.50'):contains('90.00')",
        },
        { trigger: "button[name='action_post']", run: "click" },
        { content: "the invoice is posted", trigger: ".o_arrow_button_current[data-value='posted']" },
    ],
});
