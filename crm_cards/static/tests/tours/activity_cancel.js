import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_cards_activity_cancel", {
    steps: () => [
        {
            content: "Somebody cancels an activity in the chatter ...",
            trigger: ".o-mail-Activity:contains(Call about paper) button:contains(Cancel)",
            run: "click",
        },
        {
            content: "... thinks better of it ...",
            trigger: ".modal .modal-footer button:contains(Keep it)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o-mail-Activity:contains(Call about paper)",
        },
        {
            content: "... and then says why.",
            trigger: ".o-mail-Activity:contains(Call about paper) button:contains(Cancel)",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] textarea",
            run: "edit They closed down",
        },
        {
            trigger: ".modal .modal-footer button:contains(Cancel activity)",
            run: "click",
        },
        {
            content: "It is gone from the chatter.",
            trigger: "body:not(:has(.modal)):not(:has(.o-mail-Activity))",
        },
    ],
});
