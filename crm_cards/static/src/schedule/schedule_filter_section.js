import { _t } from "@web/core/l10n/translation";
import { CalendarFilterSection } from "@web/views/calendar/calendar_filter_section/calendar_filter_section";

const OFFERED = 8;

/** Offers only people whose schedule one may see; the server refuses the others. */
export class ScheduleFilterSection extends CalendarFilterSection {
    get autoCompleteProps() {
        return { ...super.autoCompleteProps, placeholder: _t("Add a person") };
    }

    async loadSource(request) {
        const domain = [
            ["id", "not in", this.section.filters.map((filter) => filter.value)],
            ["schedule_visible", "=", true],
        ];
        const people = await this.orm.call("res.users", "name_search", [], {
            name: request,
            domain,
            limit: OFFERED,
        });
        const options = people.map(([id, label]) => ({
            data: { id },
            label,
            onSelect: () => this.props.model.createFilter(this.section.fieldName, id),
        }));
        if (people.length === OFFERED) {
            options.push({
                cssClass: "o_calendar_dropdown_option",
                label: _t("Search more..."),
                onSelect: () => this.onSearchMore("res.users", domain, request),
            });
        }
        if (!people.length) {
            options.push({
                cssClass: "o_m2o_no_result",
                label: _t("Nobody else whose schedule you may see"),
            });
        }
        return options;
    }
}
