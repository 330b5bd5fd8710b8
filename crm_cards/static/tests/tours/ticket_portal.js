import { registry } from "@web/core/registry";

import { portalRate, portalStatus, portalWrite } from "./ticket_steps";

registry.category("web_tour.tours").add("crm_cards_ticket_portal", {
    steps: () => [
        {
            content: "Open the tickets",
            trigger: "a[href='/my/tickets']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ask for help",
            trigger: "a.o_crm_cards_new_ticket",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Say what it is about",
            trigger: "input[name=subject]",
            run: "edit Toner leaks",
        },
        {
            content: "Describe it",
            trigger: "textarea[name=description]",
            run: "edit Black hands, black paper",
        },
        {
            content: "Send it",
            trigger: ".o_crm_cards_ticket_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        portalStatus("With us"),
        ...portalWrite("It is getting worse"),
        {
            content: "It is solved",
            trigger: ".o_crm_cards_close",
            run: "click",
            expectUnloadPage: true,
        },
        portalStatus("Closed"),
        ...portalRate("Quick and kind"),
    ],
});
