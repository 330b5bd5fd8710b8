import { ServiceDesk } from "@crm_cards/service_desk/service_desk";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, select } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { getDefaultConfig } from "@web/views/view";

describe.current.tags("desktop");
defineMailModels();

const figure = (count, domain = []) => ({ count, domain });

function getDesk(values = {}) {
    const figures = {
        open: figure(5, [["is_closed", "=", false]]),
        late: figure(2, [["sla_status", "=", "missed"]]),
        soon: figure(0),
        customer: figure(1),
        supplier: figure(0),
        nobody: figure(1),
    };
    return {
        department_id: false,
        tz: "Europe/Warsaw",
        choices: [{ id: 7, name: "Support" }],
        figures,
        oldest: [
            {
                id: 31,
                name: "#31 Printer is down",
                date_opened: "2027-02-26 10:00:00",
                customer: "Levi Printing",
                user: false,
                status: "missed",
            },
        ],
        earlier: figure(3),
        hours: [
            { hour: "08:00", ...figure(2, [["date_opened", ">=", "2027-03-01 06:00:00"]]) },
            { hour: "09:00", ...figure(0) },
        ],
        technicians: [
            { id: false, name: false, figures },
            { id: 3, name: "Piotr", figures },
        ],
        departments: [{ id: 7, name: "Support", figures }],
        ...values,
    };
}

async function mountDesk({ answer = () => getDesk(), actions = [] } = {}) {
    onRpc("crm.cards.ticket", "get_service_desk", ({ args }) => {
        expect.step(`ask ${args[0].department_id}`);
        return answer(args[0]);
    });
    mockService("action", {
        doAction(action) {
            actions.push(action);
        },
    });
    await mountWithCleanup(ServiceDesk, {
        env: await makeMockEnv({ config: getDefaultConfig() }),
        props: { action: {}, actionId: 1 },
    });
    return actions;
}

test("one question is asked, and every figure opens its list", async () => {
    const actions = await mountDesk();
    expect.verifySteps(["ask false"]);
    expect("[name=late] .o_crm_cards_desk_count").toHaveText("2");
    expect("[name=late] .o_crm_cards_desk_count").toHaveClass("text-danger");
    await click(".o_crm_cards_desk_tile[name=late]");
    await click(".o_crm_cards_desk_technicians tr:contains(Piotr) [name=open]");
    await click("[data-hour='08:00']");
    expect(actions.map(({ name, res_model }) => [name, res_model])).toEqual([
        ["Late", "crm.cards.ticket"],
        ["Piotr · Open now", "crm.cards.ticket"],
        ["08:00", "crm.cards.ticket"],
    ]);
    expect(actions[0].domain).toEqual([["sla_status", "=", "missed"]]);
    expect(actions[2].domain).toEqual([["date_opened", ">=", "2027-03-01 06:00:00"]]);
});

test("who has nothing is said, and zeros are no links", async () => {
    await mountDesk();
    expect.verifySteps(["ask false"]);
    expect(queryAllTexts(".o_crm_cards_desk_technicians tbody th")).toEqual(["Nobody", "Piotr"]);
    expect(".o_crm_cards_desk_technicians tbody [name=supplier]").toHaveCount(0);
    expect(".o_crm_cards_desk_oldest tbody tr td:last").toHaveText("Nobody");
});

test("a department is chosen and asked for again on every refresh", async () => {
    await mountDesk({ answer: ({ department_id }) => getDesk({ department_id }) });
    await click("select[name=department]");
    await select("7");
    await animationFrame();
    await click("button[name=refresh]");
    await animationFrame();
    expect.verifySteps(["ask false", "ask 7", "ask 7"]);
});

test("it asks again by itself, once a minute", async () => {
    await mountDesk();
    await advanceTime(59000);
    expect.verifySteps(["ask false"]);
    await advanceTime(2000);
    expect.verifySteps(["ask false"]);
});

test("an empty desk says so", async () => {
    const none = figure(0);
    const figures = { open: none, late: none, soon: none, customer: none, supplier: none, nobody: none };
    await mountDesk({
        answer: () => getDesk({ figures, oldest: [], hours: [], technicians: [], departments: [] }),
    });
    expect.verifySteps(["ask false"]);
    expect(".o_crm_cards_desk_empty").toHaveText("No ticket is open.");
    expect(".o_crm_cards_desk_sections").toHaveCount(0);
});
