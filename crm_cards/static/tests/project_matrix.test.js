import "@crm_cards/project_matrix/project_matrix";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const RANKS = [
    ["0", "Low"],
    ["1", "Normal"],
    ["2", "High"],
];

class Project extends models.Model {
    _name = "project.project";

    name = fields.Char();
    card_importance = fields.Selection({ string: "Importance", selection: RANKS });
    card_urgency = fields.Selection({ string: "Urgency", selection: RANKS });

    _records = [
        { id: 1, name: "Line", card_importance: "1", card_urgency: "1" },
        { id: 2, name: "Hall", card_importance: "2", card_urgency: "0" },
        { id: 3, name: "Roof", card_importance: "1", card_urgency: "1" },
    ];
}

defineMailModels();
defineModels([Project]);

const cell = (importance, urgency) =>
    `.o_crm_cards_matrix_cell[data-importance='${importance}'][data-urgency='${urgency}']`;

function mountMatrix({ attributes = "", ...options } = {}) {
    return mountView({
        type: "kanban",
        resModel: "project.project",
        arch: `
            <kanban js_class="crm_cards_project_matrix" ${attributes}>
                <field name="card_importance"/>
                <field name="card_urgency"/>
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
        ...options,
    });
}

test("each record stands in the cell of its values, the highest first", async () => {
    await mountMatrix();
    expect(".o_crm_cards_matrix_cell").toHaveCount(9);
    expect(queryAllTexts(".o_crm_cards_matrix_column")).toEqual([
        "UrgencyHigh",
        "UrgencyNormal",
        "UrgencyLow",
    ]);
    expect(queryAllTexts(`${cell(1, 1)} .o_kanban_record`)).toEqual(["Line", "Roof"]);
    expect(queryAllTexts(`${cell(2, 0)} .o_kanban_record`)).toEqual(["Hall"]);
    expect(cell(2, 0)).toHaveAttribute("aria-label", "Importance: High · Urgency: Low");
});

test("what has no rank is normal", async () => {
    Project._records.push({ id: 4, name: "Bare", card_importance: false, card_urgency: "2" });
    await mountMatrix();
    expect(queryAllTexts(`${cell(1, 2)} .o_kanban_record`)).toEqual(["Bare"]);
});

test("dragging changes both values at once", async () => {
    onRpc("web_save", ({ args }) => {
        expect.step(args);
    });
    await mountMatrix();
    await contains(`${cell(1, 1)} .o_kanban_record:contains(Roof)`).dragAndDrop(cell(2, 2));
    await animationFrame();
    expect.verifySteps([[[3], { card_importance: "2", card_urgency: "2" }]]);
    expect(`${cell(2, 2)} .o_kanban_record`).toHaveText("Roof");
    expect(`${cell(1, 1)} .o_kanban_record`).toHaveText("Line");
});

test("a card that is dropped where it was is not saved", async () => {
    onRpc("web_save", () => {
        expect.step("saved");
    });
    await mountMatrix();
    await contains(`${cell(1, 1)} .o_kanban_record:contains(Roof)`).dragAndDrop(cell(1, 1));
    expect.verifySteps([]);
});

test("a refused change is taken back", async () => {
    expect.errors(1);
    onRpc("web_save", () => {
        throw makeServerError({ message: "Not yours" });
    });
    await mountMatrix();
    await contains(`${cell(1, 1)} .o_kanban_record:contains(Roof)`).dragAndDrop(cell(2, 2));
    await animationFrame();
    expect.verifyErrors(["Not yours"]);
    expect(queryAllTexts(`${cell(1, 1)} .o_kanban_record`)).toEqual(["Line", "Roof"]);
    expect(`${cell(2, 2)} .o_kanban_record`).toHaveCount(0);
});

test("who may not edit does not drag", async () => {
    await mountMatrix({ attributes: `edit="0"` });
    expect(".o_crm_cards_matrix .o_kanban_record").toHaveCount(3);
    expect(".o_crm_cards_matrix .o_draggable").toHaveCount(0);
});

test("grouped it is a board as any other", async () => {
    await mountMatrix({ groupBy: ["card_urgency"] });
    expect(".o_crm_cards_matrix").toHaveCount(0);
    expect(".o_kanban_group").toHaveCount(2);
});
