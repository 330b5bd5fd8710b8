import { _t } from "@web/core/l10n/translation";

/** @param {import("./presence_service").Person} person */
export function describePresence({ name, state }) {
    return state === "writing" ? _t("%s is writing", name) : _t("%s is viewing", name);
}

/** Those who write first. */
export function sortPeople(people) {
    return [...people].sort(
        (a, b) =>
            Number(b.state === "writing") - Number(a.state === "writing") ||
            a.name.localeCompare(b.name)
    );
}
