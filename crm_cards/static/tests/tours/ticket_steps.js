/** Steps that several tours of tickets have in common. */

export const menu = (name) => `[data-menu-xmlid='crm_cards.crm_cards_menu_${name}']`;
export const card = (subject) => `.o_kanban_record:contains('${subject}')`;
export const column = (stage) => `.o_kanban_group:has(.o_kanban_header:contains('${stage}'))`;
export const stage = (name) => `.o_statusbar_status button:contains('${name}')`;
export const atStage = (name) => ({ trigger: `.o_form_view ${stage(name)}.o_arrow_button_current` });

/** An entry of the menu Service. */
export const openService = (name) => [
    { trigger: ".o_navbar_apps_menu button", run: "click" },
    { trigger: `.o_app${menu("root")}`, run: "click" },
    { trigger: `button${menu("service")}`, run: "click" },
    { trigger: `.dropdown-item${menu(name)}`, run: "click" },
];

/** Take the ticket that is open. */
export const assignToMe = (name) => [
    { content: "taken", trigger: "button[name='action_assign_to_me']", run: "click" },
    {
        trigger: `.o_form_view:not(:has(button[name='action_assign_to_me'])) [name='user_id'] input:value(${name})`,
    },
];

/** Move the ticket that is open, which saves it. */
export const moveTo = (name) => [
    { trigger: stage(name), run: "click" },
    atStage(name),
    { content: "saved", trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)" },
];

/** Write to the customer of the ticket that is open. */
export const answer = (text) => [
    { trigger: "button[name='action_answer']", run: "click" },
    { trigger: ".modal [name='body'] .note-editable", run: `editor ${text}` },
    { trigger: ".modal .o_mail_send[name='action_send_mail']", run: "click" },
    { trigger: `body:not(:has(.modal)) .o-mail-Message-body:contains('${text}')` },
];

/** Close the ticket that is open. */
export const close = [
    { trigger: "button[name='action_close']", run: "click" },
    { trigger: "button[name='action_reopen']" },
];

/** How a ticket stands, on its page in the portal. */
export const portalStatus = (words) => ({
    trigger: `.o_crm_cards_portal_ticket .badge:contains(${words})`,
});

/** Write on the page of a ticket in the portal. */
export const portalWrite = (text) => [
    { trigger: "#chatterRoot:shadow .o-mail-Composer-input", run: `edit ${text}` },
    { trigger: "#chatterRoot:shadow .o-mail-Composer-send:enabled", run: "click" },
    { trigger: `#chatterRoot:shadow .o-mail-Message-body:contains(${text})` },
];

/** Rate a closed ticket from its page in the portal. */
export const portalRate = (feedback) => [
    {
        content: "be happy",
        trigger: ".o_crm_cards_rating .o_crm_cards_face_5",
        run: "click",
        expectUnloadPage: true,
    },
    { content: "say why", trigger: "textarea[name=feedback]", run: `edit ${feedback}` },
    {
        trigger: ".o_rating_page_submit button[type=submit]",
        run: "click",
        expectUnloadPage: true,
    },
    { trigger: ".o_rating_page_thank_you" },
];
