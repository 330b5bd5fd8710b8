/** Steps that several tours of hours have in common. */

export const dialog = (selector) => `.modal:not(.o_inactive_modal) ${selector}`;
export const noDialog = "body:not(:has(.modal))";

/** Type into a field of the dialog. */
export const fill = (name, text) => ({
    trigger: dialog(`.o_field_widget[name='${name}'] input`),
    run: `edit ${text} && press Tab`,
});

/** A day, which is typed after a click on the one there is. */
export const fillDay = (name, day) => [
    { trigger: dialog(`.o_field_widget[name='${name}'] button`), run: "click" },
    fill(name, day),
];

/** What the dialog shows in a field. */
export const shows = (name, text) => ({ trigger: `${dialog(`[name='${name}']`)}:contains('${text}')` });

/** Press a button of the dialog. */
export const press = (name) => ({ trigger: dialog(`button[name='${name}']`), run: "click" });

/** In a new quotation: the customer and one line, confirmed. */
export const sell = (customer, product) => [
    { trigger: ".o_field_widget[name='partner_id'] input", run: `edit ${customer}` },
    { trigger: `.ui-menu-item a:contains('${customer}')`, run: "click" },
    { trigger: ".o_field_x2many_list_row_add a:contains('Add a product')", run: "click" },
    {
        trigger: ".o_field_widget[name='product_template_id'] input, .o_field_widget[name='product_id'] input",
        run: `edit ${product}`,
    },
    { trigger: `.ui-menu-item a:contains('${product}')`, run: "click" },
    { content: "the product is chosen", trigger: `.o_data_row:contains('${product}')` },
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)" },
    { trigger: "button[name='action_confirm']:enabled", run: "click" },
    { content: "is confirmed", trigger: ".o_arrow_button_current[data-value='sale']" },
];

/** From the form of a ticket. */
export const openLog = [
    { trigger: ".o_form_view button[name='action_log_hours']", run: "click" },
    { trigger: dialog("[name='left_before']") },
];

/** From the form of a bank. */
export const openStatement = { trigger: ".o_form_view .o_crm_cards_hours_statement", run: "click" };

export const choosePeriod = (period) => ({
    trigger: dialog(`[name='period'] input[data-value='${period}']`),
    run: "click",
});

/** From the statement: the mail as it comes. */
export const send = [
    press("action_send"),
    { content: "the mail is written", trigger: dialog(".o_mail_send[name='action_send_mail']"), run: "click" },
];

/** In a new run of hours to bill, which proposes last month. */
export const collectUntilToday = () => [
    { trigger: ".o_form_view .o_field_widget[name='date_to'] button", run: "click" },
    {
        trigger: ".o_form_view .o_field_widget[name='date_to'] input",
        run: `edit ${luxon.DateTime.now().toFormat("MM/dd/yyyy")} && press Tab`,
    },
    { trigger: "button[name='action_collect']", run: "click" },
];
