import { expect, test } from "@odoo/hoot";
import { edit, unload } from "@odoo/hoot-dom";
import { animationFrame, mockSendBeacon } from "@odoo/hoot-mock";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    mountViewInDialog,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class TestActivity extends models.Model {
    _name = "test.activity";

    summary = fields.Char({ default: "Call" });

    _records = [{ id: 1, summary: "Visit" }];
}

defineMailModels();
defineModels([TestActivity]);

const VIEW = {
    type: "form",
    resModel: "test.activity",
    arch: /* xml */ `
        <form js_class="crm_cards_activity_form">
            <field name="summary"/>
        </form>`,
};

/** Leave the page; return whether the browser asks first. */
async function leave() {
    const [event] = await unload();
    await animationFrame();
    return event.defaultPrevented;
}

test("a new activity is not planned by leaving the page", async () => {
    onRpc("web_save", () => expect.step("save"));
    await mountViewInDialog(VIEW);
    expect(await leave()).toBe(false);
    expect.verifySteps([]);
    await clickSave();
    expect.verifySteps(["save"]);
});

test("what was changed is not saved either, and the browser asks", async () => {
    onRpc("web_save", () => expect.step("save"));
    await mountViewInDialog({ ...VIEW, resId: 1 });
    expect(await leave()).toBe(false);
    await contains("[name=summary] input").edit("Visit tomorrow");
    expect(await leave()).toBe(true);
    expect.verifySteps([]);
});

test("the browser asks while something is being typed, too", async () => {
    onRpc("web_save", () => expect.step("save"));
    await mountViewInDialog(VIEW);
    await contains("[name=summary] input").click();
    await edit("Call back", { confirm: false });
    expect(await leave()).toBe(true);
    expect.verifySteps([]);
});

test("on a page of its own it is saved as any other form", async () => {
    mockSendBeacon(() => {
        expect.step("save");
        return true;
    });
    await mountView({ ...VIEW, resId: 1 });
    await contains("[name=summary] input").edit("Visit tomorrow");
    expect(await leave()).toBe(false);
    expect.verifySteps(["save"]);
});
