import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const NAME_INPUT =
    ".o_field_widget[name='name']:not(.o_invisible_modifier):visible input, " +
    ".o_field_widget[name='name']:not(.o_invisible_modifier):visible textarea";

const chooseNew = (kind) => [
    { content: "open the New menu", trigger: ".o_crm_cards_new", run: "click" },
    { content: `choose ${kind}`, trigger: `.o_crm_cards_new_${kind}`, run: "click" },
    { content: "a new customer is open", trigger: ".o_form_view .o_crm_cards_save_buttons" },
];

const row = (name) => `.o_data_row:has(.o_data_cell[name='complete_name']:contains('${name}'))`;

/** From a prospect to an invoice, with the one dialog in between. */
tours.add("crm_cards_prospect_to_invoice", {
    url: "/odoo/cards-customers",
    steps: () => [
        ...chooseNew("company"),
        { trigger: NAME_INPUT, run: "edit Green Paper Mill" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "it is a prospect", trigger: ".o_field_widget[name='customer_kind']:contains('Prospect')" },
        { trigger: "button[name='action_customer_new_quotation']", run: "click" },
        {
            content: "the quotation names the prospect",
            trigger: ".o_field_widget[name='partner_id'] input:value('Green Paper Mill')",
        },
        { trigger: ".o_field_x2many_list_row_add a:contains('Add a product')", run: "click" },
        {
            trigger: ".o_field_widget[name='product_template_id'] input, .o_field_widget[name='product_id'] input",
            run: "edit Tour Paper",
        },
        { trigger: ".ui-menu-item a:contains('Tour Paper')", run: "click" },
        {
            content: "the product is chosen",
            trigger: ".o_data_row:contains('Tour Paper')",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)" },
        { trigger: "button[name='action_confirm']:enabled", run: "click" },
        {
            content: "the dialog asks first",
            trigger: ".modal button[name='action_convert_and_continue']",
            run: "click",
        },
        {
            content: "the order is confirmed",
            trigger: ".o_arrow_button_current[data-value='sale']",
        },
        { trigger: "button#create_invoice", run: "click" },
        { trigger: ".modal button[name='create_invoices']", run: "click" },
        { trigger: "button[name='action_post']", run: "click" },
        { content: "the invoice is posted", trigger: ".o_arrow_button_current[data-value='posted']" },
    ],
});

/** The green button shows the customer beside the list, row after row. */
tours.add("crm_cards_quick_look", {
    url: "/odoo/cards-customers",
    steps: () => [
        { trigger: `${row("Levi Printing")} button[name='information']`, run: "click" },
        { trigger: ".o_crm_cards_quick_look h4:contains('Levi Printing')" },
        { trigger: ".o_crm_cards_quick_look_contacts:contains('Dana Levi')" },
        { trigger: ".o_crm_cards_quick_look_quotations:contains('(1)')" },
        {
            content: "another row takes its place, the list is still there",
            trigger: `${row("Klein Binders")} button[name='information']`,
            run: "click",
        },
        { trigger: ".o_crm_cards_quick_look h4:contains('Klein Binders')" },
        { trigger: ".o_crm_cards_quick_look .btn-close", run: "click" },
        { trigger: "body:not(:has(.o_crm_cards_quick_look)) .o_list_view" },
        {
            content: "a customer with quotations is not deleted",
            trigger: `${row("Levi Printing")} button[name='delete']`,
            run: "click",
        },
        { trigger: ".modal .modal-footer .btn-danger", run: "click" },
        { trigger: ".modal:contains('quotations or orders')" },
        { trigger: ".modal .modal-footer button", run: "click" },
        { trigger: `body:not(:has(.modal)) ${row("Levi Printing")}` },
    ],
});

/** A contact of an existing company, then its first activity. */
tours.add("crm_cards_new_contact", {
    url: "/odoo/cards-customers",
    steps: () => [
        { trigger: ".o_crm_cards_new", run: "click" },
        { trigger: ".o_crm_cards_new_contact", run: "click" },
        { trigger: ".modal .o_data_row .o_data_cell:contains('Klein Binders')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name='parent_id'] input:value('Klein Binders')" },
        {
            content: "the mandatory name is named",
            trigger: ".o_crm_cards_save_buttons button[name='save_activity']",
            run: "click",
        },
        { trigger: ".o_notification:contains('Name')" },
        { trigger: NAME_INPUT, run: "edit Ruth Klein" },
        { trigger: ".o_crm_cards_save_buttons button[name='save_activity']", run: "click" },
        { trigger: ".modal .o_field_widget[name='summary'] input", run: "edit Welcome call" },
        { trigger: ".modal button[name='action_schedule_activities']", run: "click" },
        { content: "back on the contact", trigger: "body:not(:has(.modal)) .o_form_view" },
        { trigger: ".o-mail-Activity:contains('Welcome call')" },
    ],
});

/** *Save & new* keeps the kind, *Save & close* goes back to the list. */
tours.add("crm_cards_save_and_new", {
    url: "/odoo/cards-customers",
    steps: () => [
        ...chooseNew("person"),
        { trigger: NAME_INPUT, run: "edit Anna First" },
        { trigger: ".o_crm_cards_save_buttons button[name='save_new']", run: "click" },
        {
            content: "an empty person follows",
            trigger: ".o_field_widget[name='company_type'] input[data-value='person']:checked",
        },
        { trigger: ".o_breadcrumb:contains('New')" },
        { trigger: NAME_INPUT, run: "edit Berta Second" },
        { trigger: ".o_crm_cards_save_buttons button[name='save_close']", run: "click" },
        { content: "both are in the list", trigger: row("Anna First") },
        { trigger: row("Berta Second") },
    ],
});

/** Right click on the account key offers the processes of that kind. */
tours.add("crm_cards_run_process", {
    url: "/odoo/cards-customers",
    steps: () => [
        {
            trigger: `${row("Klein Binders")} .o_crm_cards_account_key`,
            run({ anchor }) {
                const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
                anchor.dispatchEvent(event);
            },
        },
        { trigger: ".o_crm_cards_process:contains('Mark as visited')", run: "click" },
        {
            content: "the action has run on this customer",
            trigger: `${row("Klein Binders")}:contains('Visited')`,
        },
        { content: "the same from its form", trigger: `${row("Klein Binders")} button[name='edit']`, run: "click" },
        { trigger: ".o_crm_cards_run_process", run: "click" },
        { trigger: ".o_crm_cards_process:contains('Mark as visited')" },
    ],
});

/** *Mine* and *Closed* switch the list. */
tours.add("crm_cards_toggles", {
    url: "/odoo/cards-customers",
    steps: () => [
        { trigger: row("Levi Printing") },
        { trigger: `body:not(:has(${row("Old Press")})) button[name='closed'][aria-pressed='false']`, run: "click" },
        { trigger: row("Old Press") },
        { trigger: "button[name='closed'][aria-pressed='true']" },
        { trigger: "button[name='mine'][aria-pressed='false']", run: "click" },
        { trigger: `body:not(:has(${row("Levi Printing")})) ${row("Klein Binders")}` },
        { trigger: "button[name='mine'][aria-pressed='true']" },
    ],
});

/** The form of a customer from right to left, in Hebrew. */
tours.add("crm_cards_right_to_left", {
    url: "/odoo/cards-customers",
    steps: () => [
        { trigger: `${row("Levi Printing")} .o_data_cell[name='complete_name']`, run: "click" },
        { trigger: "body.o_rtl .o_form_view .o_crm_cards_run_process" },
        {
            content: "the sheet reads from right to left",
            trigger: ".o_form_view .o_form_sheet",
            run({ anchor }) {
                if (getComputedStyle(anchor).direction !== "rtl") {
                    throw new Error("the form is not right-to-left");
                }
            },
        },
        { trigger: ".o_notebook_headers a[name='customer_activities']", run: "click" },
        { trigger: ".o_crm_cards_related_list .o_list_view" },
    ],
});
