import { defineMailModels, startServer } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { drag, hover, pointerDown, pointerUp, press, queryAllTexts, queryFirst, queryRect } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate, mockTimeZone, runAllTimers } from "@odoo/hoot-mock";
import {
    changeScale,
    clickEvent,
    expandCalendarView,
    findAllDaySlot,
    findEvent,
    moveEventToAllDaySlot,
    moveEventToDate,
    moveEventToTime,
    resizeEventToTime,
    selectTimeRange,
} from "@web/../tests/views/calendar/calendar_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
    preloadBundle,
    serverState,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Kind extends models.Model {
    _name = "test.kind";

    name = fields.Char();

    _records = [
        { id: 1, name: "Call" },
        { id: 2, name: "Visit" },
    ];
}

class Customer extends models.Model {
    _name = "test.customer";

    name = fields.Char();

    _records = [
        { id: 1, name: "Levi Printing" },
        { id: 2, name: "Klein Binders" },
    ];
}

class Line extends models.Model {
    _name = "crm.cards.activity";

    name = fields.Char();
    activity_type_id = fields.Many2one({ relation: "test.kind" });
    card_customer_id = fields.Many2one({ relation: "test.customer" });
    user_id = fields.Many2one({ relation: "res.users" });
    card_colleague_ids = fields.Many2many({ relation: "res.users" });
    card_status = fields.Selection({
        selection: [
            ["overdue", "Overdue"],
            ["planned", "Planned"],
            ["done", "Done"],
        ],
    });
    start = fields.Datetime();
    stop = fields.Datetime();
    date_deadline = fields.Date();
    all_day = fields.Boolean();
    color = fields.Integer();
    is_open = fields.Boolean();

    _records = [
        {
            id: 1,
            name: "Offer paper",
            activity_type_id: 1,
            card_customer_id: 1,
            user_id: serverState.userId,
            card_status: "planned",
            start: "2026-03-11 12:00:00",
            stop: "2026-03-11 12:00:00",
            all_day: true,
            color: 4,
            is_open: true,
        },
        {
            id: 2,
            name: "Repair",
            activity_type_id: 2,
            card_customer_id: 2,
            user_id: serverState.userId,
            card_status: "overdue",
            start: "2026-03-09 09:00:00",
            stop: "2026-03-09 10:30:00",
            is_open: true,
        },
        {
            id: 3,
            name: "Was there",
            activity_type_id: 2,
            user_id: serverState.userId,
            card_status: "done",
            start: "2026-03-10 09:00:00",
            stop: "2026-03-10 10:00:00",
        },
        {
            id: 4,
            name: "Next week",
            activity_type_id: 1,
            card_customer_id: 1,
            user_id: serverState.userId,
            card_status: "planned",
            start: "2026-03-18 12:00:00",
            stop: "2026-03-18 12:00:00",
            all_day: true,
            is_open: true,
        },
    ];

    get_schedule(domain, fieldNames) {
        return this.search_read(domain, fieldNames);
    }
}

class SchedulePerson extends models.Model {
    _name = "crm.cards.schedule.person";

    user_id = fields.Many2one({ relation: "res.users" });
    person_id = fields.Many2one({ relation: "res.users" });
    checked = fields.Boolean();
}

defineMailModels();
defineModels([Kind, Customer, Line, SchedulePerson]);
preloadBundle("web.fullcalendar_lib");

beforeEach(() => {
    mockDate("2026-03-10T08:00:00", 1);
    onRpc("has_access", () => true);
    onRpc("get_busy_times", () => []);
});

const PEOPLE = `filters="1" write_model="crm.cards.schedule.person" write_field="person_id"
    filter_field="checked" avatar_field="avatar_128"`;

async function mountSchedule({ people = "", scale = "week" } = {}) {
    await mountView({
        type: "calendar",
        resModel: "crm.cards.activity",
        // The server says so: lines can be written, not created or deleted.
        arch: /* xml */ `
            <calendar js_class="crm_cards_schedule" date_start="start" date_stop="stop"
                all_day="all_day" color="color" mode="${scale}" scales="day,week,month"
                quick_create="0" create="0" delete="0">
                <field name="activity_type_id" filters="1"/>
                <field name="card_customer_id" filters="1"/>
                <field name="user_id" ${people}/>
                <field name="card_status" filters="1"/>
                <field name="is_open" invisible="1"/>
            </calendar>`,
    });
    expandCalendarView();
}

/** Note down what is written, and nothing else. */
function watchWrites() {
    onRpc("crm.cards.activity", "write", ({ args }) => {
        expect.step(args);
        return true;
    });
}

const day = (number) => `.o_date_item_cell:not(.o_out_of_range):eq(${number - 1})`;

async function holdDays(first, last) {
    await hover(day(first));
    await pointerDown(day(first));
    await hover(day(last));
    await animationFrame();
    await pointerUp(day(last));
    await animationFrame();
    await animationFrame();
}

const columns = () =>
    [...document.querySelectorAll(".fc-timegrid-col[data-date]")].map((el) => el.dataset.date);

async function tick(section, value) {
    await contains(`[data-name=${section}] [data-value="${value}"] input`).click();
    await advanceTime(1000);
    await animationFrame();
}

describe("what is asked for", () => {
    function watchDomain() {
        onRpc("crm.cards.activity", "get_schedule", ({ args }) => {
            expect.step(args[0]);
        });
    }

    test("the days shown, with a lower bound the database can use", async () => {
        watchDomain();
        await mountSchedule({ scale: "day" });
        expect.verifySteps([
            [
                ["start", "<=", "2026-03-10 22:59:59"],
                ["stop", ">=", "2026-03-09 23:00:00"],
                ["start", ">=", "2026-02-06 23:00:00"],
            ],
        ]);
    });

    test("at the edge of the world a date is still its day", async () => {
        mockDate("2026-03-11T00:30:00", 13);
        mockTimeZone(13);
        await mountSchedule({ scale: "day" });
        expect(".fc-event").toHaveCount(1);
        expect(".fc-daygrid-day[data-date='2026-03-11'] .fc-event").toHaveText(/Offer paper/);
        await contains(".o_calendar_button_next").click();
        expect(".fc-event").toHaveCount(0);
    });

    test("the people chosen, as assignees or participants", async () => {
        const env = await startServer();
        const partners = env["res.partner"].create([{ name: "Ruth" }, { name: "David" }]);
        const [ruth, david] = env["res.users"].create(
            partners.map((partner_id) => ({ partner_id }))
        );
        env["crm.cards.schedule.person"].create([
            { user_id: serverState.userId, person_id: ruth, checked: true },
            { user_id: serverState.userId, person_id: david, checked: false },
        ]);
        watchDomain();
        await mountSchedule({ people: PEOPLE, scale: "day" });
        const people = [ruth, serverState.userId];
        expect.verifySteps([
            [
                ["start", "<=", "2026-03-10 22:59:59"],
                ["stop", ">=", "2026-03-09 23:00:00"],
                ["start", ">=", "2026-02-06 23:00:00"],
                "|",
                ["user_id", "in", people],
                ["card_colleague_ids", "in", people],
            ],
        ]);
        expect("[data-name=user_id] .o_cw_filter_label").toHaveText("People");
    });

    test("only people are offered whose schedule one may see", async () => {
        onRpc("res.users", "name_search", ({ kwargs }) => {
            expect.step(kwargs.domain);
            return [[99, "Ruth"]];
        });
        onRpc("crm.cards.schedule.person", "create", ({ args }) => {
            expect.step(args[0]);
            return [1];
        });
        await mountSchedule({ people: PEOPLE });
        await contains("[data-name=user_id] input[type=text]").click();
        await runAllTimers();
        await contains(".o-autocomplete--dropdown-item:contains(Ruth)").click();
        expect.verifySteps([
            [
                ["id", "not in", [serverState.userId]],
                ["schedule_visible", "=", true],
            ],
            [{ user_id: serverState.userId, person_id: 99, checked: true }],
        ]);
    });
});

describe("other meetings", () => {
    const MEETINGS = [
        { id: 5, name: "Board", start: "2026-03-10 13:00:00", stop: "2026-03-10 14:00:00" },
        { id: 6, name: "Fair", allday: true, start_date: "2026-03-12", stop_date: "2026-03-13" },
    ];

    test("lie behind the activities, and only to be seen", async () => {
        onRpc("get_busy_times", ({ args }) => {
            expect.step(args);
            return MEETINGS;
        });
        mockService("action", { doActionButton: ({ name }) => expect.step(name) });
        await mountSchedule();
        expect.verifySteps([
            [[serverState.userId], "2026-03-07 23:00:00", "2026-03-14 22:59:59"],
        ]);
        expect(".o_crm_cards_schedule_busy.fc-bg-event:contains(Board)").toHaveCount(1);
        expect(".fc-timegrid-col[data-date='2026-03-10'] .o_crm_cards_schedule_busy").toHaveCount(1);
        // Once above the hours, and in the hours of each of its two days.
        expect(".o_crm_cards_schedule_busy:contains(Fair)").toHaveCount(3);
        await contains(".o_crm_cards_schedule_busy:contains(Board)").click();
        await runAllTimers();
        expect(".o_cw_popover").toHaveCount(0);
        expect.verifySteps([]);
    });

    test("of the people chosen", async () => {
        onRpc("get_busy_times", ({ args }) => {
            expect.step(args[0]);
            return [];
        });
        await mountSchedule({ people: PEOPLE });
        expect.verifySteps([[serverState.userId]]);
    });

    test("not where everybody's activities are", async () => {
        onRpc("get_busy_times", () => expect.step("asked"));
        await mountSchedule({ people: 'filters="1"' });
        expect.verifySteps([]);
    });
});

test("a double click opens the customer", async () => {
    mockService("action", {
        doActionButton: ({ name, resId }) => expect.step(`${name} ${resId}`),
    });
    await mountSchedule();
    const event = ".fc-event[data-event-id='2']";
    await contains(event).click();
    await contains(event).click();
    expect.verifySteps(["action_open_customer 2"]);
});

describe("filters", () => {
    test("type, customer and status hide what is not ticked", async () => {
        await mountSchedule();
        expect(queryAllTexts("[data-name=card_status] .o_cw_filter_title")).toEqual([
            "Done",
            "Overdue",
            "Planned",
        ]);
        expect(queryAllTexts("[data-name=card_customer_id] .o_cw_filter_title")).toEqual([
            "Klein Binders",
            "Levi Printing",
            "No customer",
        ]);
        await tick("card_status", "done");
        expect(findEvent(3)).toBe(null);
        await tick("card_customer_id", 2);
        expect(findEvent(2)).toBe(null);
        expect(".fc-event").toHaveCount(1);
        await tick("card_status", "done");
        expect(".fc-event").toHaveCount(2);
    });

    test("what is unticked stays so in the next week", async () => {
        await mountSchedule();
        await tick("activity_type_id", 1);
        expect(findEvent(1)).toBe(null);
        await contains(".o_calendar_button_next").click();
        expect(".fc-event").toHaveCount(0);
        expect("[data-name=activity_type_id] [data-value='1'] input").not.toBeChecked();
    });

    test("after none and one, only that one is shown in other weeks", async () => {
        await mountSchedule();
        await tick("card_customer_id", "section");
        expect(".fc-event").toHaveCount(0);
        await tick("card_customer_id", 2);
        expect(".fc-event").toHaveCount(1);
        await contains(".o_calendar_button_next").click();
        expect(".fc-event").toHaveCount(0);
        await tick("card_customer_id", "section");
        expect(".fc-event").toHaveCount(1);
    });
});

describe("looks", () => {
    test("the status is a word and a mark, not only a colour", async () => {
        await mountSchedule();
        expect(findEvent(2)).toHaveClass("o_crm_cards_activity_overdue");
        expect(findEvent(2)).not.toHaveClass("o_past_event");
        expect(".fc-event[data-event-id='2'] .o_crm_cards_schedule_status").toHaveAttribute(
            "aria-label",
            "Overdue"
        );
        expect(".fc-event[data-event-id='2'] .o_crm_cards_schedule_status").toHaveClass(
            "fa-exclamation-triangle"
        );
        expect(findEvent(3)).toHaveClass("o_crm_cards_activity_done");
        expect(findEvent(1)).toHaveClass("o_calendar_color_4");
        expect("[data-name=activity_type_id] [data-value='1']").toHaveClass("o_cw_filter_color_4");
        expect(findEvent(1)).toHaveText(/Levi Printing/);
        // A space that is text lies behind the hour in either direction, and an hour
        // ("AM") says nothing of the direction of the name.
        expect(findEvent(2)).toHaveText(/\d Klein Binders/);
        expect(findEvent(2).querySelectorAll("bdi.fc-time")).toHaveCount(1);
    });

    test("the popover handles, opens and shows the customer", async () => {
        mockService("action", {
            doActionButton(params) {
                expect.step([params.name, params.resModel, params.resIds]);
            },
        });
        await mountSchedule();
        await clickEvent(2);
        expect(".o_cw_popover").toHaveText(/Klein Binders/);
        expect(".o_cw_popover").toHaveText(/Overdue/);
        await contains(".o_crm_cards_schedule_handle").click();
        await clickEvent(2);
        await contains(".o_crm_cards_schedule_customer").click();
        await clickEvent(3);
        expect(".o_cw_popover").toHaveCount(1);
        expect(".o_crm_cards_schedule_handle").toHaveCount(0);
        expect(".o_crm_cards_schedule_customer").toHaveCount(0);
        expect.verifySteps([
            ["action_card_handle", "crm.cards.activity", [2]],
            ["action_open_customer", "crm.cards.activity", [2]],
        ]);
    });
});

describe("dragging", () => {
    test("without an hour: to another day", async () => {
        watchWrites();
        await mountSchedule();
        const { drop } = await drag(findEvent(1));
        await animationFrame();
        await drop(findAllDaySlot("2026-03-13"));
        await advanceTime(500);
        expect.verifySteps([[[1], { date_deadline: "2026-03-13" }]]);
    });

    test("without an hour: to an hour", async () => {
        watchWrites();
        await mountSchedule();
        await moveEventToTime(1, "2026-03-12 10:00:00");
        // It snaps to a quarter of an hour, here to the one after its upper edge.
        expect.verifySteps([
            [[1], { start: "2026-03-12 09:15:00", stop: "2026-03-12 10:15:00" }],
        ]);
    });

    test("with hours: keeps its length", async () => {
        watchWrites();
        await mountSchedule();
        await moveEventToTime(2, "2026-03-12 13:00:00");
        expect.verifySteps([
            [[2], { start: "2026-03-12 12:00:00", stop: "2026-03-12 13:30:00" }],
        ]);
    });

    test("with hours: to a day without one", async () => {
        watchWrites();
        await mountSchedule();
        await moveEventToAllDaySlot(2, "2026-03-09");
        expect.verifySteps([
            [[2], { start: false, stop: false, date_deadline: "2026-03-09" }],
        ]);
    });

    test("with hours: in a month, over the change to summer time", async () => {
        mockTimeZone("Europe/Warsaw");
        watchWrites();
        await mountSchedule({ scale: "month" });
        await moveEventToDate(2, "2026-03-30");
        expect.verifySteps([
            [[2], { start: "2026-03-30 08:00:00", stop: "2026-03-30 09:30:00" }],
        ]);
    });

    test("pulling the end writes the end", async () => {
        watchWrites();
        await mountSchedule();
        await resizeEventToTime(2, "2026-03-09 13:00:00");
        expect.verifySteps([[[2], { stop: "2026-03-09 12:00:00" }]]);
    });

    test("what is closed stays where it was", async () => {
        watchWrites();
        await mountSchedule();
        await moveEventToTime(3, "2026-03-12 13:00:00");
        expect.verifySteps([]);
    });

    test("what the server refuses goes back", async () => {
        expect.errors(1);
        onRpc("crm.cards.activity", "write", () => {
            throw makeServerError({ message: "Not yours" });
        });
        await mountSchedule();
        const before = queryRect(findEvent(2));
        await moveEventToTime(2, "2026-03-12 13:00:00");
        await animationFrame();
        expect.verifyErrors([/Not yours/]);
        expect(queryRect(findEvent(2)).x).toBe(before.x);
    });
});

describe("planning", () => {
    function watchDialog() {
        mockService("dialog", {
            add(component, props) {
                const { resId, resModel, context } = props;
                expect.step([resModel, resId, context]);
                return () => {};
            },
        });
    }

    test("drag a period", async () => {
        watchDialog();
        await mountSchedule();
        await selectTimeRange("2026-03-12 10:00:00", "2026-03-12 12:00:00");
        expect.verifySteps([
            [
                "mail.activity",
                undefined,
                {
                    card_hang_on_customer: true,
                    default_user_id: serverState.userId,
                    default_date_deadline: "2026-03-12",
                    default_card_start: "2026-03-12 09:00:00",
                    default_card_stop: "2026-03-12 11:00:00",
                },
            ],
        ]);
    });

    test("with the keyboard, on the day in hand", async () => {
        watchDialog();
        await mountSchedule();
        await contains(day(12)).click();
        await press(["alt", "c"]);
        await animationFrame();
        expect.verifySteps([
            [
                "mail.activity",
                undefined,
                {
                    card_hang_on_customer: true,
                    default_user_id: serverState.userId,
                    default_date_deadline: "2026-03-12",
                },
            ],
        ]);
    });

    async function rightClick(x, y) {
        document.elementFromPoint(x, y).dispatchEvent(
            new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: x, clientY: y })
        );
        await animationFrame();
        await animationFrame();
    }

    test("right click on an hour", async () => {
        watchDialog();
        await mountSchedule();
        const row = queryFirst(".fc-timegrid-slot-lane[data-time='14:00:00']");
        row.scrollIntoView({ behavior: "instant", block: "center" });
        const column = queryRect(".fc-timegrid-col[data-date='2026-03-12']");
        await rightClick(column.x + column.width / 2, queryRect(row).y + 3);
        expect(".o_crm_cards_slot_menu").toHaveCount(1);
        expect.verifySteps([]);
        await contains(".o_crm_cards_slot_menu button").click();
        expect(".o_crm_cards_slot_menu").toHaveCount(0);
        expect.verifySteps([
            [
                "mail.activity",
                undefined,
                {
                    card_hang_on_customer: true,
                    default_user_id: serverState.userId,
                    default_date_deadline: "2026-03-12",
                    default_card_start: "2026-03-12 13:00:00",
                    default_card_stop: "2026-03-12 14:00:00",
                },
            ],
        ]);
    });

    test("right click on a day, closed by Escape", async () => {
        watchDialog();
        await mountSchedule({ scale: "month" });
        const cell = queryRect(".fc-daygrid-day[data-date='2026-03-20']");
        await rightClick(cell.x + cell.width / 2, cell.y + cell.height - 5);
        await contains(".o_crm_cards_slot_menu button").press("Escape");
        expect(".o_crm_cards_slot_menu").toHaveCount(0);
        expect(".fc-highlight").toHaveCount(0);
        await rightClick(cell.x + cell.width / 2, cell.y + cell.height - 5);
        await contains(".o_crm_cards_slot_menu button").click();
        expect.verifySteps([
            [
                "mail.activity",
                undefined,
                {
                    card_hang_on_customer: true,
                    default_user_id: serverState.userId,
                    default_date_deadline: "2026-03-20",
                },
            ],
        ]);
    });

    test("not for those who may not plan", async () => {
        onRpc("has_access", () => false);
        watchDialog();
        await mountSchedule({ scale: "month" });
        const cell = queryRect(".fc-daygrid-day[data-date='2026-03-20']");
        await rightClick(cell.x + cell.width / 2, cell.y + cell.height - 5);
        expect(".o_crm_cards_slot_menu").toHaveCount(0);
        expect.verifySteps([]);
    });
});

describe("range of days", () => {
    test("hold the mouse over days of the small calendar", async () => {
        await mountSchedule();
        await holdDays(9, 11);
        expect(columns()).toEqual(["2026-03-09", "2026-03-10", "2026-03-11"]);
        expect(".fc-event").toHaveCount(3);
        expect(".o_date_item_cell.o_selected").toHaveCount(3);
        await contains(".o_calendar_button_next").click();
        expect(columns()).toEqual(["2026-03-12", "2026-03-13", "2026-03-14"]);
    });

    test("backwards, and over a weekend that is hidden otherwise", async () => {
        await mountSchedule();
        await contains(".scale_button_selection").click();
        await contains(".o_show_weekends").click();
        await holdDays(16, 13);
        expect(columns()).toEqual(["2026-03-13", "2026-03-14", "2026-03-15", "2026-03-16"]);
    });

    test("one day, and back to the week", async () => {
        await mountSchedule();
        await contains(day(12)).click();
        expect(columns()).toEqual(["2026-03-12"]);
        await holdDays(9, 10);
        expect(".scale_button_selection").toHaveText("Chosen days");
        await changeScale("week");
        expect(columns()).toHaveLength(7);
        await contains(".scale_button_selection").click();
        expect(".o_scale_button_range").toHaveCount(0);
    });
});
