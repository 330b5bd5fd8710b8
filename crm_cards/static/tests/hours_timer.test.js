import { formatElapsed } from "@crm_cards/hours_timer/elapsed";
import { onTimerChanged } from "@crm_cards/hours_timer/timer_service";
import { TimerSystray } from "@crm_cards/hours_timer/timer_systray";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

const RUNNING = { id: 7, name: "Paper jam", elapsed: 3595, res_model: "crm.cards.ticket", res_id: 5 };
const DRAFT = { id: 3, name: "Levi Printing", elapsed: 600, res_model: "res.partner", res_id: 2 };

defineMailModels();

function change(state, params = {}) {
    const services = { crm_cards_hours_timer: getService("crm_cards_hours_timer"), ...params.services };
    return onTimerChanged({ services }, { params: { state, ...params } });
}

test("hours, minutes and seconds as on a stop watch", () => {
    expect(formatElapsed(5)).toBe("0:00:05");
    expect(formatElapsed(45296)).toBe("12:34:56");
});

test("counts on by itself, and is gone when nothing runs nor waits", async () => {
    onRpc("crm.cards.hours.timer", "*", ({ method }) => expect.step(method));
    await mountWithCleanup(TimerSystray);
    expect(".o_crm_cards_timer").toHaveCount(0);
    change({ running: RUNNING, drafts: [] });
    await animationFrame();
    expect(".o_crm_cards_timer_elapsed").toHaveText("0:59:55");
    await advanceTime(5000);
    await animationFrame();
    expect(".o_crm_cards_timer_elapsed").toHaveText("1:00:00");
    change({ running: false, drafts: [] });
    await animationFrame();
    expect(".o_crm_cards_timer").toHaveCount(0);
    // nobody asked the server
    expect.verifySteps([]);
});

test("stopping opens what is to be logged; drafts wait to be logged", async () => {
    onRpc("crm.cards.hours.timer", "*", ({ args, method }) => {
        expect.step(`${method} ${args.flat()}`);
        return { tag: method };
    });
    mockService("action", { doAction: ({ tag, res_id }) => expect.step(`do ${tag || res_id}`) });
    await mountWithCleanup(TimerSystray);
    change({ running: RUNNING, drafts: [DRAFT] });
    await animationFrame();
    expect(".o_crm_cards_timer .badge").toHaveText("1");
    await click(".o_crm_cards_timer");
    await animationFrame();
    await click(".o_crm_cards_timer_stop");
    await animationFrame();
    expect.verifySteps(["stop_running ", "do stop_running"]);
    await click(".o_crm_cards_timer");
    await animationFrame();
    await click(".o_crm_cards_timer_draft");
    await animationFrame();
    expect.verifySteps(["action_log 3", "do action_log"]);
    await click(".o_crm_cards_timer");
    await animationFrame();
    await click(".o_crm_cards_timer_open");
    await animationFrame();
    expect.verifySteps(["do 5"]);
});
