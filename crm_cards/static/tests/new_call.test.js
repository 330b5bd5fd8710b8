import { NewCall } from "@crm_cards/ticket_entry/new_call";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

const TICKET = {
    id: 5,
    number: "00005",
    name: "Printer is down",
    stage: "New",
    user: "Piotr",
    date_opened: "2026-05-10 08:00:00",
    partner_id: 2,
    partner: "Dana Levi",
    product_id: false,
};
const PRODUCT = { id: 7, name: "Printer", serial: "SN-4711", coverage: "in_service", coverage_end: false };

function makeLine(values) {
    return {
        name: "Levi Printing",
        company: false,
        is_company: true,
        function: false,
        phone: "+972 3 555 0101",
        email: false,
        account_key: "7001",
        coverage: "none",
        coverage_end: false,
        product_id: false,
        products: [],
        tickets: [],
        ticket_count: 0,
        ...values,
    };
}

const COMPANY = makeLine({ id: 1 });
const DANA = makeLine({
    id: 2,
    name: "Dana Levi",
    company: "Levi Printing",
    is_company: false,
    coverage: "in_service",
    products: [PRODUCT],
    tickets: [TICKET],
    ticket_count: 1,
});

defineMailModels();

let lines;

beforeEach(() => {
    lines = [COMPANY, DANA];
    mockService("action", {
        doAction: ({ res_model, res_id }) => expect.step(`open ${res_model} ${res_id}`),
    });
    onRpc("crm.cards.ticket.entry", "find_callers", ({ args: [text] }) => {
        expect.step(`find ${text}`);
        return {
            lines,
            is_more: false,
            contact: { name: "", phone: text, email: "" },
            can_create_contact: true,
        };
    });
    onRpc("crm.cards.ticket.entry", "open_ticket", ({ args: [call] }) => {
        expect.step(call);
        return { ticket_id: 42 };
    });
});

async function type(text) {
    await click(".o_crm_cards_call_text");
    await edit(text);
    await advanceTime(300);
    await animationFrame();
}

function mountCall() {
    return mountWithCleanup(NewCall, { props: { action: {}, actionId: 1 } });
}

test("one call for what is typed, and the first one is shown at once", async () => {
    await mountCall();
    expect(".o_crm_cards_call_text").toBeFocused();
    await type("5550101");
    expect.verifySteps(["find 5550101"]);
    expect(queryAllTexts(".o_crm_cards_call_line .fw-bold")).toEqual(["Levi Printing", "Dana Levi"]);
    expect(".o_crm_cards_call_details h4").toHaveText("Levi Printing");
    expect(".o_crm_cards_call_strip .o_crm_cards_coverage_label").toHaveText("Customer without service");
    expect(".o_crm_cards_call_tickets h6").toHaveText("No open tickets");
});

test("nothing is asked while keys follow each other, nor for an empty text", async () => {
    await mountCall();
    await click(".o_crm_cards_call_text");
    await edit("55");
    await advanceTime(100);
    await edit("555");
    await advanceTime(300);
    expect.verifySteps(["find 555"]);
    await edit("  ");
    await advanceTime(300);
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_crm_cards_call_help").toHaveCount(1);
});

test("two clicks open a ticket", async () => {
    lines = [COMPANY, { ...DANA, tickets: [], ticket_count: 0 }];
    await mountCall();
    await type("dana");
    await click(".o_crm_cards_call_line:contains(Dana)");
    await animationFrame();
    await click(".o_crm_cards_call_new");
    await animationFrame();
    expect.verifySteps([
        "find dana",
        { partner_id: 2, phone: "dana", product_id: false, name: "", is_new: false },
        "open crm.cards.ticket 42",
    ]);
});

test("by keyboard: type, arrow, Enter, subject, Enter", async () => {
    lines = [COMPANY, { ...DANA, tickets: [], ticket_count: 0 }];
    await mountCall();
    await click(".o_crm_cards_call_text");
    await edit("dana");
    await press("Enter"); // before the pause has passed
    await animationFrame();
    await animationFrame();
    expect(".o_crm_cards_call_subject").toBeFocused();
    queryFirst(".o_crm_cards_call_text").focus();
    await press("ArrowDown");
    await animationFrame();
    expect(".o_crm_cards_call_details h4").toHaveText("Dana Levi");
    expect(".o_crm_cards_call_text").toHaveAttribute("aria-activedescendant", "o_crm_cards_call_line_1");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(".o_crm_cards_call_subject").toBeFocused();
    await edit("Paper jam");
    await press("Enter");
    await animationFrame();
    expect.verifySteps([
        "find dana",
        { partner_id: 2, phone: "dana", product_id: false, name: "Paper jam", is_new: false },
        "open crm.cards.ticket 42",
    ]);
});

test("arrows go around, through the new contact", async () => {
    await mountCall();
    await type("x");
    await press("ArrowUp");
    await animationFrame();
    expect(".o_crm_cards_call_details h4").toHaveText("New contact");
    await press("ArrowDown");
    await animationFrame();
    expect(".o_crm_cards_call_details h4").toHaveText("Levi Printing");
    expect.verifySteps(["find x"]);
});

test("the open ticket of the same person is offered, and only then a new one", async () => {
    lines = [DANA];
    await mountCall();
    await type("dana");
    expect(".o_crm_cards_call_same").toHaveText(/#00005 Printer is down/);
    expect(".o_crm_cards_call_open").toHaveClass("btn-primary");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(".o_crm_cards_call_open").toBeFocused();
    await click(".o_crm_cards_call_open");
    await click(".o_crm_cards_call_new");
    await animationFrame();
    expect.verifySteps([
        "find dana",
        "open crm.cards.ticket 5",
        { partner_id: 2, phone: "dana", product_id: false, name: "", is_new: true },
        "open crm.cards.ticket 42",
    ]);
});

test("a ticket about another product is not the same", async () => {
    lines = [DANA];
    await mountCall();
    await type("dana");
    await click(".o_crm_cards_call_product");
    await animationFrame();
    expect(".o_crm_cards_call_same").toHaveCount(0);
    expect(".o_crm_cards_call_product").toHaveAttribute("aria-pressed", "true");
    await click(".o_crm_cards_call_new");
    await animationFrame();
    expect.verifySteps([
        "find dana",
        { partner_id: 2, phone: "dana", product_id: 7, name: "", is_new: false },
        "open crm.cards.ticket 42",
    ]);
});

test("the product whose serial was typed is chosen", async () => {
    lines = [{ ...DANA, product_id: 7 }];
    await mountCall();
    await type("SN-4711");
    expect(".o_crm_cards_call_product.active").toHaveCount(1);
    expect.verifySteps(["find SN-4711"]);
});

test("what a colleague opened meanwhile is offered", async () => {
    lines = [{ ...DANA, tickets: [], ticket_count: 0 }];
    onRpc("crm.cards.ticket.entry", "open_ticket", () => ({ same: TICKET }));
    await mountCall();
    await type("dana");
    await click(".o_crm_cards_call_new");
    await animationFrame();
    expect(".o_crm_cards_call_same").toHaveCount(1);
    expect.verifySteps(["find dana"]);
});

test("somebody unknown: the number typed is filled in", async () => {
    lines = [];
    await mountCall();
    await type("052 555 0199");
    expect(".o_crm_cards_call_nobody").toHaveCount(1);
    expect("#o_crm_cards_call_phone").toHaveValue("052 555 0199");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect("#o_crm_cards_call_name").toBeFocused();
    await edit("Noa");
    await press("Enter");
    await animationFrame();
    expect.verifySteps([
        "find 052 555 0199",
        {
            contact: { name: "Noa", phone: "052 555 0199", email: "" },
            product_id: false,
            name: "",
            is_new: false,
        },
        "open crm.cards.ticket 42",
    ]);
});
