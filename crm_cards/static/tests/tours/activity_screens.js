import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const row = (summary) => `.o_data_row:has(.o_data_cell[name='summary']:contains('${summary}'))`;
const section = (name) => `.o_crm_cards_start_${name}`;
const count = (name, number) => `${section(name)} .o_crm_cards_start_count:contains('${number}')`;

/** Sees what is late and what comes, plans something new, handles one. */
tours.add("crm_cards_start_page", {
    url: "/odoo/cards-start",
    steps: () => [
        { content: "what is late is red", trigger: `${section("overdue")} ${row("Late call")}.o_crm_cards_activity_overdue` },
        { trigger: count("overdue", 1) },
        { trigger: `${section("coming")} ${row("Call today")}.o_crm_cards_activity_today` },
        { trigger: count("coming", 1) },
        { content: "empty sections say so", trigger: `${section("meetings")} .o_crm_cards_start_empty` },
        {
            content: "what a colleague did for me",
            trigger: `${section("asked")} ${row("Delegated")}.o_crm_cards_activity_done`,
        },
        { content: "a later one is a click away", trigger: `${section("coming")} button[name='show_all']`, run: "click" },
        { trigger: `${section("coming")} ${row("Much later")}` },
        { trigger: count("coming", 2) },
        // a new one
        { trigger: "button[name='new_activity']", run: "click" },
        { trigger: ".modal .o_field_widget[name='card_customer_id'] input", run: "edit Levi" },
        { trigger: ".ui-menu-item:contains('Levi Printing')", run: "click" },
        { trigger: ".modal .o_field_widget[name='summary'] input", run: "edit Planned here" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: `body:not(:has(.modal)) ${section("coming")} ${row("Planned here")}` },
        { trigger: count("coming", 3) },
        // handled with one click
        { trigger: `${section("overdue")} ${row("Late call")} button[name='action_card_handle']`, run: "click" },
        ...HANDLE_STEPS(),
        { content: "it is no longer late", trigger: `body:not(:has(.modal)) ${section("overdue")} .o_crm_cards_start_empty` },
        { trigger: count("overdue", 0) },
        // home page
        { trigger: "button[name='home'][aria-pressed='false']", run: "click" },
        { trigger: "button[name='home'][aria-pressed='true']" },
        // the customer is one click away
        { trigger: `${section("coming")} ${row("Call today")} .o_crm_cards_activity_customer`, run: "click" },
        { trigger: ".o_form_view .o_crm_cards_process_menu, .o_form_view .o_crm_cards_run_process" },
    ],
});
