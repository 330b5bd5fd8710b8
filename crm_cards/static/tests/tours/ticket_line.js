import { registry } from "@web/core/registry";

import {
    answer,
    assignToMe,
    atStage,
    close,
    moveTo,
    openService,
    portalRate,
    portalStatus,
    portalWrite,
} from "./ticket_steps";

/**
 * One call from the first ring to the rating: four tours, played one after another by
 * the technician and by his customer, each of which needs what the one before left.
 */
const tours = registry.category("web_tour.tours");

const portalTicket = (list) => [
    { trigger: `${list} a:contains(Lamp is red)`, run: "click", expectUnloadPage: true },
];

/** The technician takes the call, asks back and lets the ticket wait. */
tours.add("crm_cards_line_call", {
    steps: () => [
        ...openService("ticket_entry"),
        { trigger: ".modal .o_crm_cards_call_text", run: "edit 0525550102" },
        { content: "who calls", trigger: ".o_crm_cards_call_line.active:contains('Dana Levi')" },
        { content: "from where", trigger: ".o_crm_cards_call_details:contains('Levi Printing')" },
        { content: "service is seen", trigger: ".o_crm_cards_call_strip .o_crm_cards_coverage_in_service" },
        { trigger: ".o_crm_cards_call_product:contains('SN-4711')", run: "click" },
        { trigger: ".o_crm_cards_call_subject", run: "edit Lamp is red" },
        { trigger: ".o_crm_cards_call_new", run: "click" },
        { content: "the ticket of the call", trigger: ".o_form_view [name='partner_id'] input:value(Dana Levi)" },
        { content: "with its product", trigger: ".o_form_view [name='serial'] input:value(SN-4711)" },
        atStage("Newly opened"),
        ...assignToMe("Piotr"),
        ...moveTo("In work"),
        ...answer("Which lamp is it?"),
        ...moveTo("Waiting for customer"),
    ],
});

/** The customer sees that he is waited for, and replies. */
tours.add("crm_cards_line_reply", {
    steps: () => [
        { trigger: "a[href='/my/tickets']", run: "click", expectUnloadPage: true },
        { trigger: ".o_crm_cards_ticket:contains(Waiting for you)" },
        ...portalTicket(".o_crm_cards_ticket"),
        portalStatus("Waiting for you"),
        { content: "was asked", trigger: "#chatterRoot:shadow .o-mail-Message-body:contains(Which lamp is it?)" },
        ...portalWrite("The one on the left"),
    ],
});

/** The ticket is back with us: it is answered and closed. */
tours.add("crm_cards_line_answer", {
    steps: () => [
        ...openService("ticket_mine"),
        { trigger: ".o_kanban_group:contains('In work') .o_kanban_record:contains('Lamp is red')", run: "click" },
        atStage("In work"),
        { trigger: ".o-mail-Message-body:contains('The one on the left')" },
        ...answer("Press it for five seconds"),
        ...close,
    ],
});

/** The customer finds his ticket closed, and says how he was served. */
tours.add("crm_cards_line_rate", {
    steps: () => [
        ...portalTicket(".o_crm_cards_ticket"),
        portalStatus("Closed"),
        {
            content: "was answered",
            trigger: "#chatterRoot:shadow .o-mail-Message-body:contains(Press it for five seconds)",
        },
        ...portalRate("Kind on the phone"),
    ],
});
