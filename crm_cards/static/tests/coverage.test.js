import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

const SELECTION = [
    ["in_service", "Products in service"],
    ["ending", "Service ends soon"],
    ["none", "Customer without service"],
];

class TestCustomer extends models.Model {
    _name = "test.customer";

    name = fields.Char();
    coverage = fields.Selection({ selection: SELECTION });
    coverage_end = fields.Date();
    customer_id = fields.Many2one({ relation: "test.customer" });

    _records = [
        { id: 1, name: "In service", coverage: "in_service", coverage_end: "2027-05-10" },
        { id: 2, name: "Ending", coverage: "ending", coverage_end: "2026-05-22" },
        { id: 3, name: "Last day", coverage: "ending", coverage_end: "2026-05-10" },
        { id: 4, name: "None", coverage: "none", customer_id: 1 },
        { id: 5, name: "Unknown", coverage: false },
    ];
}

defineMailModels();
defineModels([TestCustomer]);

beforeEach(() => mockDate("2026-05-10 12:00:00"));

test("the strip says in words and colours whether there is service", async () => {
    await mountView({
        type: "list",
        resModel: "test.customer",
        arch: `<list><field name="name"/><field name="coverage" widget="crm_cards_coverage"/></list>`,
    });
    expect(queryAllTexts(".o_crm_cards_coverage_label")).toEqual([
        "Products in service",
        "Days left: 12",
        "Service ends today",
        "Customer without service",
    ]);
    expect(".o_crm_cards_coverage_in_service").toHaveCount(1);
    expect(".o_crm_cards_coverage_ending").toHaveCount(2);
    expect(".o_crm_cards_coverage_none").toHaveCount(1);
});

test("a product has words of its own", async () => {
    await mountView({
        type: "list",
        resModel: "test.customer",
        arch: `<list><field name="coverage" widget="crm_cards_coverage" options="{'of_product': True}"/></list>`,
    });
    expect(queryAllTexts(".o_crm_cards_coverage_label")[0]).toBe("In service");
    expect(queryAllTexts(".o_crm_cards_coverage_label")[3]).toBe("Without service");
});

test("the form shows until when, and a click opens the products", async () => {
    onRpc("test.customer", "action_open_owned_products", ({ args }) => {
        expect.step(`open ${args[0]}`);
        return { type: "ir.actions.act_window", res_model: "crm.cards.owned.product" };
    });
    mockService("action", {
        doAction: (action) => expect.step(action.res_model),
    });
    await mountView({
        type: "form",
        resModel: "test.customer",
        resId: 1,
        arch: `<form><field name="coverage" widget="crm_cards_coverage"/></form>`,
    });
    expect(".o_crm_cards_coverage_end").toHaveText(/until .*2027/);
    await click(".o_crm_cards_coverage");
    await animationFrame();
    expect.verifySteps(["open 1", "crm.cards.owned.product"]);
});

test("a click opens the products of the customer that a field names", async () => {
    onRpc("res.partner", "action_open_owned_products", ({ args }) => {
        expect.step(`open ${args[0]}`);
        return {};
    });
    mockService("action", { doAction: () => {} });
    await mountView({
        type: "form",
        resModel: "test.customer",
        resId: 4,
        arch: `<form>
            <field name="coverage" widget="crm_cards_coverage" options="{'customer_field': 'customer_id'}"/>
            <field name="customer_id"/>
        </form>`,
    });
    expect(queryOne(".o_crm_cards_coverage").disabled).toBe(false);
    await click(".o_crm_cards_coverage");
    await animationFrame();
    expect.verifySteps(["open 1"]);
});

test("nothing is shown where nobody knows", async () => {
    await mountView({
        type: "form",
        resModel: "test.customer",
        resId: 5,
        arch: `<form><field name="coverage" widget="crm_cards_coverage"/></form>`,
    });
    expect(".o_crm_cards_coverage").toHaveCount(0);
});
