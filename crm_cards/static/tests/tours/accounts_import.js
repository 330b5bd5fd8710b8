import { registry } from "@web/core/registry";

import { applyAndUndoSteps, readFileSteps } from "./import_steps";

const ROWS = "Key,Name,Email,City\n30977,Tour Printing,tour@example.com,Lod\n30978,Bad,nobody,\n";

registry.category("web_tour.tours").add("crm_cards_accounts_import", {
    steps: () => [
        ...readFileSteps(ROWS),
        {
            content: "columns are proposed",
            trigger: ".o_field_widget[name=column_ids] .o_data_row:contains(tour@example.com):contains(Email)",
        },
        { trigger: "button[name=action_preview].btn-primary", run: "click" },
        { trigger: ".nav-link[name=undecided]", run: "click" },
        {
            content: "one new row, one bad row with its reason",
            trigger: ".o_field_widget[name=open_row_ids] .o_data_row:contains(is not one e-mail address)",
        },
        { trigger: "button[name=action_skip_undecided]", run: "click" },
        { trigger: ".oe_stat_button:contains(New):contains(1)", run: "click" },
        {
            content: "old and new values are shown",
            trigger: ".o_data_row:contains(Tour Printing):contains(New):contains(Lod)",
        },
        { trigger: ".o_back_button", run: "click" },
        ...applyAndUndoSteps(),
    ],
});
