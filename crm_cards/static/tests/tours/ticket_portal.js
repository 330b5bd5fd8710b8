import { registry } from "@web/core/registry";

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
        {
            content: "The ticket is with us",
            trigger: ".o_crm_cards_portal_ticket .badge:contains(With us)",
        },
        {
            content: "Write a message",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            run: "edit It is getting worse",
        },
        {
            content: "Send the message",
            trigger: "#chatterRoot:shadow .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "The message is in the conversation",
            trigger:
                "#chatterRoot:shadow .o-mail-Message-body:contains(It is getting worse)",
        },
        {
            content: "It is solved",
            trigger: ".o_crm_cards_close",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The ticket is closed",
            trigger: ".o_crm_cards_portal_ticket .badge:contains(Closed)",
        },
        {
            content: "Be happy",
            trigger: ".o_crm_cards_rating .o_crm_cards_face_5",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Say why",
            trigger: "textarea[name=feedback]",
            run: "edit Quick and kind",
        },
        {
            content: "Send the rating",
            trigger: ".o_rating_page_submit button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thanks",
            trigger: ".o_rating_page_thank_you",
        },
    ],
});
