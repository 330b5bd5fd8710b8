import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

// Stands in for res.partner, which the mail models of the tests already take.
class Customer extends models.Model {
    _name = "test.customer";

    name = fields.Char();
    account_key = fields.Char();
    customer_kind = fields.Selection({
        selection: [
            ["prospect", "Prospect"],
            ["customer", "Customer"],
        ],
    });
    is_closed = fields.Boolean();
    is_mine = fields.Boolean();

    _records = [
        { id: 101, name: "Levi Printing", account_key: "300001", customer_kind: "customer", is_mine: true },
        { id: 102, name: "Klein Binders", account_key: false, customer_kind: "prospect" },
        { id: 103, name: "Old Press", account_key: "300003", customer_kind: "customer", is_closed: true },
    ];
}

defineMailModels();
defineModels([Customer]);

const LIST = /* xml */ `
    <list js_class="crm_cards_customer_list">
        <field name="display_name" column_invisible="1"/>
        <widget name="crm_cards_row_actions"/>
        <field name="account_key" widget="crm_cards_account_key" readonly="1"/>
        <field name="name"/>
    </list>`;
const SEARCH = /* xml */ `
    <search>
        <filter name="mine" string="Mine" domain="[('is_mine', '=', True)]"/>
        <separator/>
        <filter name="not_closed" string="Not closed" domain="[('is_closed', '=', False)]"/>
    </search>`;
const DOMAIN = [["customer_kind", "!=", false]];

const QUICK_LOOK = {
    id: 101,
    name: "Levi Printing",
    kind: "customer",
    kind_label: "Customer",
    account_key: "300001",
    phone: "03-555-1234",
    contacts: { count: 1, lines: [{ id: 104, name: "Dana Levi", function: "Buyer" }] },
    activities: {
        count: 1,
        lines: [{ id: 1, name: "Call", date_deadline: "2026-11-20", state: "overdue" }],
    },
    quotations: false,
    balance: false,
    last_invoice: false,
};

async function mountList(context = { search_default_not_closed: 1 }) {
    await mountView({
        type: "list",
        resModel: "test.customer",
        arch: LIST,
        searchViewArch: SEARCH,
        domain: DOMAIN,
        context,
    });
}

test("the toggles switch the filters and say so", async () => {
    await mountList();
    expect(queryAllTexts(".o_data_cell[name=name]")).toEqual(["Levi Printing", "Klein Binders"]);
    expect("button[name=closed]").toHaveAttribute("aria-pressed", "false");

    await contains("button[name=closed]").click();
    expect(".o_data_row").toHaveCount(3);
    expect("button[name=closed]").toHaveAttribute("aria-pressed", "true");

    await contains("button[name=mine]").click();
    expect(queryAllTexts(".o_data_cell[name=name]")).toEqual(["Levi Printing"]);
    expect("button[name=mine]").toHaveAttribute("aria-pressed", "true");
});

test("the green button shows and hides the quick look in one call", async () => {
    onRpc("res.partner", "get_quick_look", ({ args }) => {
        expect.step(`get_quick_look ${args[0][0]}`);
        return QUICK_LOOK;
    });
    await mountList();
    await contains(".o_data_row:first button[name=information]").click();
    expect(".o_crm_cards_quick_look h4").toHaveText("Levi Printing");
    expect(".o_crm_cards_quick_look_contacts").toHaveText(/Dana Levi/);
    expect(".o_crm_cards_quick_look_activities").toHaveText(/overdue/);
    expect(".o_data_row:first button[name=information]").toHaveAttribute("aria-expanded", "true");
    await contains(".o_data_row:first button[name=information]").click();
    expect(".o_crm_cards_quick_look").toHaveCount(0);
    expect.verifySteps(["get_quick_look 101"]);
});

test("what the user may not see is not in the quick look", async () => {
    onRpc("res.partner", "get_quick_look", () => QUICK_LOOK);
    await mountList();
    await contains(".o_data_row:first button[name=information]").click();
    expect(".o_crm_cards_quick_look_balance").toHaveCount(0);
    expect(".o_crm_cards_quick_look_quotations").toHaveCount(0);
});

test("Escape closes the quick look", async () => {
    onRpc("res.partner", "get_quick_look", () => QUICK_LOOK);
    await mountList();
    await contains(".o_data_row:first button[name=information]").click();
    expect(".o_crm_cards_quick_look").toHaveCount(1);
    await contains(".o_crm_cards_quick_look .btn-close").press("Escape");
    expect(".o_crm_cards_quick_look").toHaveCount(0);
});

test("the red button deletes after confirmation only", async () => {
    onRpc("test.customer", "unlink", ({ args }) => {
        expect.step(`unlink ${args[0]}`);
    });
    await mountList();
    await contains(".o_data_row:nth-child(2) button[name=delete]").click();
    expect(".modal").toHaveText(/Klein Binders/);
    await contains(".modal .modal-footer .btn-secondary").click();
    expect.verifySteps([]);
    await contains(".o_data_row:nth-child(2) button[name=delete]").click();
    await contains(".modal .modal-footer .btn-danger").click();
    expect.verifySteps(["unlink 102"]);
    expect(".o_data_row").toHaveCount(1);
});

test("right click on the account key offers and runs the processes", async () => {
    onRpc("res.partner", "get_processes", ({ args }) => {
        expect.step(`get_processes ${args[0][0]}`);
        return [
            { type: "process", id: 7, name: "Welcome" },
            { type: "plan", id: 7, name: "Onboarding" },
        ];
    });
    onRpc("res.partner", "run_process", ({ args }) => {
        expect.step(`run_process ${args[0][0]} ${args[1]} ${args[2]}`);
        return false;
    });
    await mountList();
    queryFirst(".o_data_row .o_crm_cards_account_key").dispatchEvent(
        new MouseEvent("contextmenu", { bubbles: true, cancelable: true })
    );
    await animationFrame();
    await animationFrame();
    expect(queryAllTexts(".o_crm_cards_process")).toEqual(["Welcome", "Onboarding"]);
    await contains(".o_crm_cards_process:contains(Onboarding)").click();
    expect.verifySteps(["get_processes 101", "run_process 101 plan 7"]);
});

test("a prospect without a key has its processes too, by keyboard", async () => {
    onRpc("res.partner", "get_processes", () => []);
    await mountList();
    const button = ".o_data_row:nth-child(2) .o_crm_cards_account_key_menu";
    expect(".o_data_row:nth-child(2) .o_crm_cards_account_key").toHaveText("–");
    await contains(button).focus();
    await contains(button).click();
    expect(".o-dropdown--menu").toHaveText(/No process/);
});

test("New offers three kinds of customer", async () => {
    mockService("action", {
        doAction(action, options) {
            expect.step([action, options?.additionalContext]);
        },
    });
    await mountList();
    await contains(".o_crm_cards_new").click();
    expect(queryAllTexts(".o-dropdown--menu .dropdown-item")).toEqual([
        "Company",
        "Person",
        "Contact of an existing company",
    ]);
    await contains(".o_crm_cards_new_person").click();
    expect.verifySteps([
        ["crm_cards.res_partner_action_customer_new", { default_is_company: false }],
    ]);
});

test("a mandatory field that is empty is named", async () => {
    onRpc("test.customer", "web_save", () => expect.step("web_save"));
    await mountView({
        type: "form",
        resModel: "test.customer",
        arch: /* xml */ `
            <form js_class="crm_cards_customer_form">
                <sheet><field name="account_key" required="1"/></sheet>
            </form>`,
    });
    await contains("button[name=save_new]").click();
    expect(".o_notification").toHaveText(/Account key/);
    expect.verifySteps([]);
});

test("Save & new leaves an empty form behind", async () => {
    await mountView({
        type: "form",
        resModel: "test.customer",
        arch: /* xml */ `
            <form js_class="crm_cards_customer_form">
                <sheet><field name="name" required="1"/></sheet>
            </form>`,
    });
    await contains(".o_field_widget[name=name] input").edit("Anna");
    await contains("button[name=save_new]").click();
    expect(".o_field_widget[name=name] input").toHaveValue("");
    expect(".o_crm_cards_save_buttons").toHaveCount(1);
});
