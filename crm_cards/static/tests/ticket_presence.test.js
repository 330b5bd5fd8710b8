import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const PIOTR = { id: 101, name: "Piotr", state: "viewing" };
const MARIA = { id: 102, name: "Maria", state: "writing" };

let people;
let told;

class Ticket extends models.Model {
    _name = "crm.cards.ticket";
    _inherit = ["mail.thread"];

    name = fields.Char();
    presence = fields.Json();

    _records = [
        { id: 1, name: "Printer is down", presence: [PIOTR, MARIA] },
        { id: 2, name: "Toner leaks", presence: false },
    ];
}

defineMailModels();
defineModels([Ticket]);

beforeEach(() => {
    people = [];
    told = [];
    onRpc("crm.cards.ticket", "tell_presence", ({ args: [ids, , state] }) => {
        told.push(`${state} ${ids[0]}`);
        return people;
    });
});

const FORM = `<form><widget name="crm_cards_presence"/><sheet><field name="name"/></sheet></form>`;

function mountForm(arch = FORM) {
    return mountView({
        type: "form",
        resModel: "crm.cards.ticket",
        resId: 1,
        resIds: [1, 2],
        arch,
    });
}

function push(message) {
    getService("crm_cards_ticket_presence").onNotification(message);
    return animationFrame();
}

test("who else has the ticket open is said in words, writers first", async () => {
    people = [PIOTR, MARIA];
    await mountForm();
    await animationFrame();
    expect(queryAllTexts(".o_crm_cards_presence [data-state]")).toEqual([
        "Maria is writing",
        "Piotr is viewing",
    ]);
    expect(".o_crm_cards_presence .fa-pencil").toHaveCount(1);
    expect(told.splice(0)).toEqual(["viewing 1"]);
});

test("nothing is shown while nobody else is there", async () => {
    await mountForm();
    await animationFrame();
    expect(".o_crm_cards_presence").toHaveCount(0);
    expect(told.splice(0)).toEqual(["viewing 1"]);
});

test("what the server pushes changes one person of this ticket", async () => {
    await mountForm();
    await animationFrame();
    await push({ ticket_id: 1, ...PIOTR });
    await push({ ticket_id: 1, ...PIOTR, state: "writing" });
    expect(queryAllTexts(".o_crm_cards_presence [data-state]")).toEqual(["Piotr is writing"]);
    await push({ ticket_id: 2, ...MARIA });
    expect(".o_crm_cards_presence [data-state]").toHaveCount(1);
    await push({ ticket_id: 1, ...PIOTR, state: "left" });
    expect(".o_crm_cards_presence").toHaveCount(0);
    expect(told.splice(0)).toEqual(["viewing 1"]);
});

test("the server hears soon again, then twice a minute, and of the next ticket", async () => {
    await mountForm();
    await animationFrame();
    expect(told.splice(0)).toEqual(["viewing 1"]);
    await advanceTime(3000);
    expect(told.splice(0)).toEqual(["viewing 1"]);
    await advanceTime(30000);
    await advanceTime(30000);
    expect(told.splice(0)).toEqual(["viewing 1", "viewing 1"]);
    await click(".o_pager_next");
    await animationFrame();
    await animationFrame();
    expect(told.splice(0)).toEqual(["left 1", "viewing 2"]);
});

test("a tab that nobody sees says nothing", async () => {
    await mountForm();
    await animationFrame();
    expect(told.splice(0)).toEqual(["viewing 1"]);
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    await advanceTime(70000);
    expect(told.splice(0)).toEqual([]);
    delete document.visibilityState;
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(told.splice(0)).toEqual(["viewing 1"]);
});

test("a refusal is no error on the screen", async () => {
    onRpc("crm.cards.ticket", "tell_presence", () => {
        throw new Error("no");
    });
    await mountForm();
    await animationFrame();
    expect(".o_crm_cards_presence").toHaveCount(0);
    expect(".o_form_view").toHaveCount(1);
});

test("whoever writes an answer is told, and warned of another writer", async () => {
    await mountForm(`${FORM.replace("</form>", "<chatter/></form>")}`);
    await animationFrame();
    await contains(".o-mail-Chatter-sendMessage").click();
    await contains(".o-mail-Composer-input").edit("Please wait", { confirm: false });
    await animationFrame();
    // On a slow machine the heartbeat tells the same again.
    expect([...new Set(told.splice(0))]).toEqual(["viewing 1", "writing 1"]);
    expect(".o_crm_cards_presence_warning").toHaveCount(0);
    await push({ ticket_id: 1, ...MARIA });
    expect(".o_crm_cards_presence_warning").toHaveText("Maria is writing, too. Agree who answers.");
    await push({ ticket_id: 1, ...MARIA, state: "viewing" });
    expect(".o_crm_cards_presence_warning").toHaveCount(0);
    await contains(".o-mail-Composer-input").edit("", { confirm: false });
    await animationFrame();
    expect(told.splice(0)).toEqual(["viewing 1"]);
});

test("the list shows faces with words", async () => {
    await mountView({
        type: "list",
        resModel: "crm.cards.ticket",
        arch: `<list><field name="name"/><field name="presence" widget="crm_cards_presence"/></list>`,
    });
    expect(".o_data_row:first [data-state='writing']").toHaveAttribute("title", "Maria is writing");
    expect(".o_data_row:first [data-state]").toHaveCount(2);
    expect(".o_data_row:last [data-state]").toHaveCount(0);
});
