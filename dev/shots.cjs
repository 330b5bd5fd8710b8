// Takes the pictures listed in a JSON task, given as the only argument:
// {address, out, browser, visits: [{user, language, shots: [{name, steps}]}]}
// Steps: {open: path, fallback: path} {wait: selector} {click: selector} {scroll: selector}
// {press: key} {type: text}
const fs = require("node:fs");
const { chromium } = require("playwright-core");

const task = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const LOCAL = ["127.0.0.1", "localhost"];

// fonts and no request under way; "networkidle" never comes, the bus stays connected
async function settled(page) {
    await page.waitForFunction(
        () =>
            document.fonts.status === "loaded" &&
            !document.querySelector(".o_loading_indicator")
    );
    await page.waitForTimeout(400);
}

async function login(page, user) {
    await page.goto(task.address + "/web/login");
    await page.fill("input[name=login]", user);
    await page.fill("input[name=password]", user);
    await Promise.all([
        page.waitForURL(/\/(odoo|my)/),
        page.press("input[name=password]", "Enter"),
    ]);
}

const STEPS = {
    open: async (page, step) => {
        await page.goto(task.address + step.open);
        await settled(page);
        const found = await page.$(".o_action_manager .o_view_controller");
        if (!found && step.fallback) {
            await page.goto(task.address + step.fallback);
        }
    },
    wait: async (page, step) => {
        await page.waitForSelector(step.wait);
        await settled(page);
    },
    click: (page, step) => page.locator(step.click).first().click(),
    scroll: (page, step) => page.locator(step.scroll).first().scrollIntoViewIfNeeded(),
    press: (page, step) => page.keyboard.press(step.press),
    type: (page, step) => page.keyboard.type(step.type),
};

async function shoot(page, shot, language) {
    for (const step of shot.steps) {
        const verb = Object.keys(STEPS).find((name) => name in step);
        await STEPS[verb](page, step);
    }
    await settled(page);
    const path = `${task.out}/${shot.name}_${language}.png`;
    await page.screenshot({ path });
    console.log(path);
}

async function visit(browser, { user, language, shots }) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 800 } });
    // the portal speaks the language of the cookie, the rest that of the user
    await context.addCookies([{ name: "frontend_lang", value: language, url: task.address }]);
    context.setDefaultTimeout(120000); // the first page may have to build its assets
    const page = await context.newPage();
    // off the network: fonts from elsewhere fall back at once, not after a timeout
    await page.route("**/*", (route) =>
        LOCAL.includes(new URL(route.request().url()).hostname)
            ? route.continue()
            : route.abort()
    );
    page.on("pageerror", (error) => {
        console.log(`${language}: page error: ${String(error).slice(0, 200)}`);
    });
    await login(page, user);
    let bad = 0;
    for (const shot of shots) {
        try {
            await shoot(page, shot, language);
        } catch (error) {
            bad += 1;
            console.log(`${shot.name} in ${language}: ${String(error).split("\n")[0]}`);
        }
    }
    await context.close();
    return bad;
}

async function main() {
    const browser = await chromium.launch({
        executablePath: task.browser,
        args: ["--no-sandbox"],
    });
    let bad = 0;
    for (const one of task.visits) {
        bad += await visit(browser, one);
    }
    await browser.close();
    process.exit(bad ? 1 : 0);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
