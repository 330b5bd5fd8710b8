import { formatRemaining, getRemaining } from "@crm_cards/sla_countdown/countdown";
import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

const countdown = {
    remaining: 3600,
    now: 1000,
    intervals: [
        [1000, 2000],
        [5000, 9000],
    ],
};

test("only working time is counted down", () => {
    expect(getRemaining(countdown, 0)).toBe(3600);
    expect(getRemaining(countdown, 600)).toBe(3000);
    expect(getRemaining(countdown, 3000)).toBe(2600);
    expect(getRemaining(countdown, 4500)).toBe(2100);
});

test("time goes on below zero", () => {
    expect(getRemaining({ ...countdown, remaining: 60 }, 120)).toBe(-60);
});

test("nothing is counted while the clock is paused", () => {
    expect(getRemaining({ ...countdown, intervals: [] }, 5000)).toBe(3600);
});

test("hours and minutes as on a clock", () => {
    expect(formatRemaining(45000)).toBe("12:30");
    expect(formatRemaining(59)).toBe("0:00");
    expect(formatRemaining(-2400)).toBe("\u22120:40");
});
