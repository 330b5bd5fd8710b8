import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";

const VISIT = ".o-mail-Activity:contains('Paper jam')";
const CARD = ".o_kanban_record:contains('Second machine')";
const field = (name) => `.modal .o_field_widget[name='${name}']`;

const openDialog = [
    { content: "open the dialog", trigger: `${VISIT} .o-mail-Activity-markDone:contains('Handle')`, run: "click" },
    { content: "it names the activity", trigger: `.modal .o_crm_cards_handle_about:contains('Paper jam')` },
];

const choose = (name, text) => [
    { trigger: `${field(name)} input`, run: `edit ${text}` },
    { trigger: `.ui-menu-item a:contains('${text}')`, run: "click" },
];

/** A visit is planned, passed on, and closed with hours and km. */
registry.category("web_tour.tours").add("crm_cards_activity_handle", {
    steps: () => [
        { trigger: ".o-mail-Chatter button:contains('Activity')", run: "click" },
        { trigger: ".modal .o_selection_badge span:contains('Service visit')", run: "click" },
        { trigger: ".modal .o_selection_badge.active span:contains('Service visit')" },
        { trigger: `${field("summary")} input`, run: "edit Paper jam" },
        { trigger: ".modal button[name='action_schedule_activities']", run: "click" },
        { content: "what is in the calendar can be edited", trigger: `${VISIT} .o-mail-Activity-edit`, run: "click" },
        { content: "on our card", trigger: ".modal .o_crm_cards_activity_form [name='summary'] input", run: "edit Paper jam in tray 2" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { content: "the chatter shows it", trigger: `body:not(:has(.modal)) ${VISIT}:contains('tray 2')` },
        ...openDialog,
        {
            content: "a visit cannot be closed without its outcome",
            trigger: ".modal button[name='action_apply']:contains('Close activity')",
            run: "click",
        },
        { trigger: `${field("outcome_id")}.o_field_invalid` },
        { trigger: `${field("next_move")} label:contains('Pass it on')`, run: "click" },
        { content: "who passes it on is not asked what came of it", trigger: `.modal:not(:has(${field("outcome_id")}))` },
        ...choose("pass_user_id", "Piotr Serwis"),
        { trigger: `${field("pass_note")} textarea`, run: "edit Ring twice" },
        { trigger: ".modal button[name='action_apply']:contains('Pass on')", run: "click" },
        { content: "it is his now", trigger: `body:not(:has(.modal)) ${VISIT}:contains('Piotr Serwis')` },
        ...openDialog,
        { trigger: `${field("feedback")} textarea`, run: "edit Changed the roller" },
        ...choose("outcome_id", "Solved"),
        { trigger: `${field("hours")} input`, run: "edit 1:30" },
        { trigger: `${field("distance")} input`, run: "edit 40" },
        { trigger: ".modal button[name='action_apply']:contains('Close activity')", run: "click" },
        { content: "it is closed", trigger: `body:not(:has(.modal)):not(:has(${VISIT})) .o-mail-Chatter` },
        { content: "what was done is told", trigger: ".o-mail-Message:contains('Changed the roller')" },
    ],
});

/** The clock on a board opens the same dialog, and the board shows what came of it. */
registry.category("web_tour.tours").add("crm_cards_activity_handle_popover", {
    steps: () => [
        { trigger: `${CARD} .o-mail-ActivityButton`, run: "click" },
        {
            trigger: ".o-mail-ActivityListPopoverItem:contains('Call back') .o-mail-ActivityListPopoverItem-markAsDone",
            run: "click",
        },
        { trigger: `body:not(:has(.o-mail-ActivityListPopoverItem)) ${field("feedback")} textarea`, run: "edit Called" },
        { trigger: ".modal button[name='action_apply']:contains('Close activity')", run: "click" },
        {
            content: "nothing is left to do",
            trigger: `body:not(:has(.modal)) ${CARD} .o-mail-ActivityButton .fa-clock-o`,
        },
    ],
});

/** What is uploaded closes the activity, once what else its type requires is filled in. */
registry.category("web_tour.tours").add("crm_cards_activity_handle_upload", {
    steps: () => [
        {
            trigger: ".o-mail-Activity:contains('Signed contract') .o-mail-Activity-edit",
            async run() {
                const file = new File(["signed"], "contract.txt", { type: "text/plain" });
                await inputFiles(".o-mail-Activity .o_input_file", [file]);
            },
        },
        { content: "the dialog has the file", trigger: `${field("attachment_ids")}:contains('contract.txt')` },
        ...choose("outcome_id", "Solved"),
        { trigger: ".modal button[name='action_apply']:contains('Close activity')", run: "click" },
        {
            content: "it is closed, with the file",
            trigger: "body:not(:has(.modal)):not(:has(.o-mail-Activity)) .o-mail-Message:contains('contract.txt')",
        },
    ],
});

/** The clock in the top bar leads to a list that handles with the same dialog. */
registry.category("web_tour.tours").add("crm_cards_activity_handle_systray", {
    steps: () => [
        { trigger: ".o_menu_systray i[aria-label='Activities']", run: "click" },
        { trigger: ".o-mail-ActivityMenu span:contains('View all activities')", run: "click" },
        {
            trigger: ".o_data_row:contains('Count the paper') button[name='action_card_handle']",
            run: "click",
        },
        { trigger: `${field("feedback")} textarea`, run: "edit Counted" },
        { trigger: ".modal button[name='action_apply']:contains('Close activity')", run: "click" },
        {
            content: "nothing is left to do",
            trigger: "body:not(:has(.modal)):not(:has(.o_data_row:contains('Count the paper'))) .o_list_view",
        },
    ],
});
