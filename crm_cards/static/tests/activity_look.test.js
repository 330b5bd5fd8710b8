import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime } from "@odoo/hoot-mock";
import { contains, defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

import { getActivityLook } from "@crm_cards/activity_look/activity_look";

class TestActivity extends models.Model {
    _name = "test.activity";

    summary = fields.Char();
    icon = fields.Char();
    color = fields.Integer();
    all_day = fields.Boolean();
    start = fields.Datetime();
    activity_type_id = fields.Many2one({ relation: "test.activity.type" });
    card_customer_id = fields.Many2one({ relation: "test.activity.type" });
    card_priority = fields.Selection({
        selection: [
            ["0", "Low"],
            ["1", "Normal"],
            ["2", "High"],
        ],
    });
    card_status = fields.Selection({
        selection: [
            ["overdue", "Overdue"],
            ["planned", "Planned"],
            ["done", "Done"],
        ],
    });

    _records = [
        {
            id: 1,
            summary: "Call",
            card_status: "overdue",
            card_priority: "2",
            start: "2026-05-10 09:30:00",
            activity_type_id: 1,
            card_customer_id: 1,
            icon: "fa-phone",
            color: 4,
        },
        {
            id: 2,
            summary: "Visit",
            card_status: "planned",
            card_priority: "0",
            start: "2026-05-10 12:00:00",
            all_day: true,
        },
        { id: 3, summary: "Mail", card_status: "done", card_priority: "1" },
    ];
}

class TestActivityType extends models.Model {
    _name = "test.activity.type";

    name = fields.Char();

    _records = [{ id: 1, name: "Phone call" }];
}

defineMailModels();
defineModels([TestActivity, TestActivityType]);

const ARCH = /* xml */ `
    <list js_class="crm_cards_activity_list" action="action_open_activity" type="object">
        <field name="card_priority" column_invisible="1"/>
        <field name="card_status" widget="crm_cards_activity_status"/>
        <field name="start" widget="crm_cards_activity_time"/>
        <field name="activity_type_id" widget="crm_cards_activity_type"/>
        <field name="card_customer_id" widget="crm_cards_activity_customer"/>
        <field name="summary"/>
    </list>`;

const mountList = () => mountView({ type: "list", resModel: "test.activity", arch: ARCH });

test("status, priority and the setting of the company make the look", async () => {
    expect(getActivityLook({ name: "no activity" })).toEqual([]);
    expect(getActivityLook({ card_status: "overdue", card_priority: "2" })).toEqual([
        "o_crm_cards_activity",
        "o_crm_cards_activity_overdue",
        "o_crm_cards_activity_high",
    ]);
    expect(getActivityLook({ card_status: "done", card_priority: "1" }, "white")).toEqual([
        "o_crm_cards_activity",
        "o_crm_cards_activity_done",
    ]);
    expect(getActivityLook({ card_status: "done" }, "green")).toInclude(
        "o_crm_cards_activity_done_green"
    );
    expect(getActivityLook({ card_status: "overdue" }, "green")).not.toInclude(
        "o_crm_cards_activity_done_green"
    );
});

test("the whole row has the look, the status a word and an icon", async () => {
    await mountList();
    expect(".o_data_row:nth-child(1)").toHaveClass("o_crm_cards_activity_overdue");
    expect(".o_data_row:nth-child(1)").toHaveClass("o_crm_cards_activity_high");
    expect(".o_data_row:nth-child(2)").toHaveClass("o_crm_cards_activity_planned");
    expect(".o_data_row:nth-child(2)").toHaveClass("o_crm_cards_activity_low");
    expect(".o_data_row:nth-child(3)").toHaveClass("o_crm_cards_activity_done");
    expect(queryAllTexts(".o_crm_cards_activity_status")).toEqual(["Overdue", "Planned", "Done"]);
    expect(".o_data_row:nth-child(1) .o_crm_cards_activity_status .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_data_row:nth-child(1) .o_crm_cards_activity_type .fa-phone").toHaveCount(1);
});

test("an hour is shown only where there is one", async () => {
    await mountList();
    expect(".o_data_row:nth-child(1) .o_data_cell[name=start]").toHaveText(/^\d+:30\D*$/);
    expect(".o_data_row:nth-child(2) .o_data_cell[name=start]").toHaveText("");
});

test("the row opens the activity, the customer his card", async () => {
    mockService("action", {
        doActionButton({ name, resId }) {
            expect.step(`${name} ${resId}`);
        },
    });
    await mountList();
    await contains(".o_data_row:nth-child(1) .o_crm_cards_activity_customer").click();
    await contains(".o_data_row:nth-child(1) .o_data_cell[name=summary]").click();
    await advanceTime(300);
    expect.verifySteps(["action_open_customer 1", "action_open_activity 1"]);
});

test("a double click opens the customer only", async () => {
    mockService("action", {
        doActionButton({ name, resId }) {
            expect.step(`${name} ${resId}`);
        },
    });
    await mountList();
    await contains(".o_data_row:nth-child(1) .o_data_cell[name=summary]").dblclick();
    await contains(".o_data_row:nth-child(1) .o_data_cell[name=summary]").click();
    await contains(".o_data_row:nth-child(2) .o_data_cell[name=summary]").click();
    await advanceTime(300);
    expect.verifySteps(["action_open_customer 1", "action_open_activity 2"]);
});

test("the activity at hand stands out", async () => {
    await mountView({
        type: "list",
        resModel: "test.activity",
        arch: ARCH,
        context: { card_activity_id: 2 },
    });
    expect(".o_crm_cards_activity_at_hand").toHaveCount(1);
    expect(".o_data_row:nth-child(2)").toHaveClass("o_crm_cards_activity_at_hand");
});

test("closing the activity reloads the list", async () => {
    let close;
    mockService("action", {
        doActionButton({ onClose }) {
            close = onClose;
        },
    });
    onRpc("test.activity", "web_search_read", () => expect.step("read"));
    await mountList();
    await contains(".o_data_row:nth-child(1) .o_data_cell[name=summary]").click();
    await advanceTime(300);
    await close();
    expect.verifySteps(["read", "read"]);
});
