import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const row = (summary) => `.o_data_row:has(.o_data_cell[name='summary']:contains('${summary}'))`;
const section = (name) => `.o_crm_cards_start_${name}`;
const count = (name, number) => `${section(name)} .o_crm_cards_start_count:contains('${number}')`;

const handle = (feedback) => [
    { trigger: ".modal .o_field_widget[name='feedback'] textarea", run: `edit ${feedback}` },
    { trigger: ".modal footer button[name='action_apply']:visible", run: "click" },
];

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
        ...handle("Sold two boxes"),
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

/** The whole row says how it stands, in colour, in letters and in a word. */
tours.add("crm_cards_activity_looks", {
    url: "/odoo/cards-activities",
    steps: () => [
        {
            content: "the list begins with what is open",
            trigger: ".o_searchview_facet:contains('Open') .o_facet_remove",
            run: "click",
        },
        { trigger: `${row("Late call")}.o_crm_cards_activity_overdue.o_crm_cards_activity_high` },
        {
            content: "the tint of the row is that of its cells",
            trigger: `${row("Late call")} .o_data_cell[name='summary']`,
            run({ anchor }) {
                const plain = document.querySelector(".o_list_table thead th");
                const color = getComputedStyle(anchor).backgroundColor;
                if (color === getComputedStyle(plain).backgroundColor) {
                    throw new Error(`the row is not coloured: ${color}`);
                }
                if (Number(getComputedStyle(anchor).fontWeight) < 600) {
                    throw new Error("a high priority is not bold");
                }
            },
        },
        { trigger: `${row("Late call")} .o_crm_cards_activity_status:contains('Overdue') .fa` },
        {
            trigger: `${row("Planned call")}.o_crm_cards_activity_planned.o_crm_cards_activity_low .o_data_cell[name='summary']`,
            run({ anchor }) {
                if (getComputedStyle(anchor).fontStyle !== "italic") {
                    throw new Error("a low priority is not italic");
                }
            },
        },
        {
            content: "done ones are green, by setting of the company",
            trigger: `${row("Done call")}.o_crm_cards_activity_done_green`,
        },
        { content: "the row opens the activity", trigger: `${row("Late call")} .o_data_cell[name='activity_type_id']`, run: "click" },
        { trigger: ".modal .o_crm_cards_activity_form .o_field_widget[name='card_customer_id'].o_readonly_modifier" },
        { trigger: ".modal .btn-close, .modal .o_form_button_cancel", run: "click" },
        { trigger: `body:not(:has(.modal)) ${row("Late call")}` },
    ],
});

/** Handling one of the open activities moves it to the closed ones beside. */
tours.add("crm_cards_customer_activities", {
    steps: () => [
        { trigger: ".o_notebook_headers a[name='customer_activities']", run: "click" },
        {
            content: "the hour, not cut",
            trigger: `${row("At ten")} .o_data_cell[name='start']:contains('10:30')`,
            run({ anchor }) {
                if (anchor.scrollWidth > anchor.clientWidth || anchor.innerText.includes("/")) {
                    throw new Error(`not the hour alone: ${anchor.innerText}`);
                }
            },
        },
        { trigger: ".o_crm_cards_related_list:contains('Open activities') .o_crm_cards_related_count:contains('(2)')" },
        { trigger: ".o_crm_cards_related_list:contains('Closed activities') .o_crm_cards_related_count:contains('(0)')" },
        {
            trigger: `.o_crm_cards_related_list ${row("Late call")}.o_crm_cards_activity_overdue button[name='action_card_handle']`,
            run: "click",
        },
        ...handle("Reached him"),
        {
            content: "it has moved to the closed ones",
            trigger: `.o_crm_cards_related_list:contains('Closed activities') ${row("Late call")}.o_crm_cards_activity_done`,
        },
        { trigger: ".o_crm_cards_related_list:contains('Closed activities') .o_crm_cards_related_count:contains('(1)')" },
        { trigger: ".o_crm_cards_related_list:contains('Open activities') .o_crm_cards_related_count:contains('(1)')" },
    ],
});

const atHand = (summary) => [
    { trigger: `.o_crm_cards_related_list ${row(summary)}.o_crm_cards_activity_at_hand` },
    { trigger: ".o_notebook_headers a[name='customer_activities'].active" },
    { trigger: "body:not(:has(.o_crm_cards_activity_at_hand ~ .o_crm_cards_activity_at_hand))" },
    { trigger: ".breadcrumb-item a, .o_back_button", run: "click" },
];

/** From a link and by a double click, the customer shows the activity one came from. */
tours.add("crm_cards_activity_at_hand", {
    steps: () => [
        { trigger: `${row("Late call")} .o_crm_cards_activity_customer`, run: "click" },
        ...atHand("Late call"),
        { trigger: `.o_list_view ${row("Other call")} .o_data_cell[name='activity_type_id']`, run: "dblclick" },
        ...atHand("Other call"),
        { trigger: `.o_list_view ${row("Other call")}` },
    ],
});

/** Statistics and columns offer a new activity as the list does. */
tours.add("crm_cards_activity_new_everywhere", {
    steps: () =>
        ["list", "kanban", "pivot", "graph", "calendar"].flatMap((view) => [
            { trigger: `.o_switch_view.o_${view}`, run: "click" },
            { trigger: `.o_${view}_view` },
            { trigger: `.o_control_panel button:contains('New activity'):visible`, run: "click" },
            { trigger: ".modal .o_crm_cards_activity_form" },
            { trigger: ".modal .btn-close", run: "click" },
            { trigger: "body:not(:has(.modal))" },
        ]),
});

/** After the log-in, by setting of the company. */
tours.add("crm_cards_home_page", {
    steps: () => [{ trigger: ".o_crm_cards_start_page .o_crm_cards_start_coming" }],
});
