import { animationFrame, drag, hover, queryFirst, queryRect } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const SLOT = (time) => `.fc-timegrid-slot-lane[data-time='${time}:00']`;
const EVENT = (text) => `.fc-event:not(.fc-event-mirror):contains('${text}')`;

/** Hold the mouse at `from` and let go at `to`; both `{ target, y }`, y from its top. */
async function pull(from, to) {
    const place = ({ target, y }) => ({ position: { x: 60, y }, relative: true });
    queryFirst(to.target).scrollIntoView({ behavior: "instant", block: "center" });
    await hover(from.target, place(from));
    await animationFrame();
    const { moveTo, drop } = await drag(from.target, place(from));
    await animationFrame();
    await moveTo(to.target, place(to));
    await animationFrame();
    await drop();
    await animationFrame();
}

const oneDay = [
    { trigger: ".o_crm_cards_schedule .fc-timegrid", content: "the week is open" },
    { trigger: ".scale_button_selection", run: "click" },
    { trigger: ".o_scale_button_day", run: "click" },
    { trigger: ".fc-timeGridDay-view" },
];

/** Fill in the form of the new activity and save it. */
const plan = (summary) => [
    {
        content: "type first",
        trigger: ".modal .o_field_widget[name=activity_type_id]",
    },
    {
        trigger:
            ".modal .o_field_widget[name=summary] input, .modal .o_field_widget[name=summary] textarea",
        run: `edit ${summary}`,
    },
    { trigger: ".modal-footer .btn-primary:visible", run: "click" },
    { trigger: "body:not(:has(.modal))" },
    { content: "it is on the schedule", trigger: EVENT(summary) },
];

/** Drag a period, fill in, drag to another hour, pull its end. */
tours.add("crm_cards_schedule_drag", {
    steps: () => [
        ...oneDay,
        {
            content: "drag from ten to eleven",
            trigger: SLOT("10:00"),
            run: () => pull({ target: SLOT("10:00"), y: 1 }, { target: SLOT("11:00"), y: -1 }),
        },
        ...plan("Offer paper"),
        {
            content: "drag it to one",
            trigger: EVENT("Offer paper"),
            run: () => pull({ target: EVENT("Offer paper"), y: 1 }, { target: SLOT("13:00"), y: 1 }),
        },
        { trigger: `${EVENT("Offer paper")}:contains('01:00 PM')` },
        {
            content: "pull its end to three",
            trigger: EVENT("Offer paper"),
            async run() {
                await hover(`${EVENT("Offer paper")} .fc-event-main`);
                await animationFrame();
                const handle = queryFirst(`${EVENT("Offer paper")} .fc-event-resizer-end`);
                Object.assign(handle.style, { display: "block", height: "4px", bottom: "0" });
                await pull({ target: handle, y: 1 }, { target: SLOT("15:00"), y: -1 });
            },
        },
        {
            content: "the end is saved",
            trigger: ".o_crm_cards_schedule_event[title*='01:00 PM - 03:00 PM']",
        },
        {
            content: "look at it",
            trigger: EVENT("Offer paper"),
            run: "click",
        },
        {
            content: "it lasts two hours",
            trigger: ".o_cw_popover:contains('2 hours')",
        },
    ],
});

/** Right click on an hour. */
tours.add("crm_cards_schedule_right_click", {
    steps: () => [
        ...oneDay,
        {
            trigger: SLOT("12:00"),
            run() {
                const slot = queryFirst(SLOT("12:00"));
                slot.scrollIntoView({ behavior: "instant", block: "center" });
                const { x, y } = queryRect(slot);
                document.elementFromPoint(x + 60, y + 4).dispatchEvent(
                    new MouseEvent("contextmenu", {
                        bubbles: true,
                        cancelable: true,
                        clientX: x + 60,
                        clientY: y + 4,
                    })
                );
            },
        },
        { trigger: ".o_crm_cards_slot_menu button:contains('New activity')", run: "click" },
        ...plan("Call back"),
    ],
});

/** Only colleagues of the team are offered; what they do is shown when they are added. */
tours.add("crm_cards_schedule_people", {
    steps: () => [
        { trigger: ".o_crm_cards_schedule .fc-timegrid" },
        { trigger: "body:not(:has(.fc-event:contains('Of the mate')))" },
        { trigger: "[data-name=user_id] .o-autocomplete--input", run: "edit schedule" },
        {
            trigger:
                ".o-autocomplete--dropdown-menu:has(.o-autocomplete--dropdown-item:contains('Schedule Mate')):not(:contains('Schedule Stranger'))",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains('Schedule Mate')", run: "click" },
        { trigger: ".fc-event:contains('Of the mate')" },
        {
            content: "and hidden again by one click",
            trigger: ".o_calendar_filter_item:contains('Schedule Mate') input",
            run: "click",
        },
        { trigger: "body:not(:has(.fc-event:contains('Of the mate')))" },
    ],
});
