import { registry } from "@web/core/registry";

import { applyAndUndoSteps, readFileSteps } from "./import_steps";

const ROWS = "Email,Product,Serial\ntour@example.com,TOUR-P,T-1\nnobody@example.com,TOUR-P,T-2\n";

registry.category("web_tour.tours").add("crm_cards_products_import", {
    steps: () => [
        ...readFileSteps(ROWS),
        {
            content: "columns of products are proposed",
            trigger:
                ".o_field_widget[name=column_ids] .o_data_row:contains(T-1):contains(Serial number)",
        },
        { trigger: "button[name=action_preview].btn-primary", run: "click" },
        { trigger: ".oe_stat_button:contains(Bad):contains(1)", run: "click" },
        { trigger: ".o_data_row .o_data_cell[name=label]:contains(T-2)", run: "click" },
        {
            content: "whoever was not found is chosen",
            trigger: ".o_field_widget[name=chosen_partner_id] input",
            run: "edit Tour Customer",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Customer)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=new]" },
        { trigger: ".breadcrumb-item:contains(tour.csv) a", run: "click" },
        { trigger: ".oe_stat_button:contains(New):contains(2)" },
        ...applyAndUndoSteps(),
    ],
});
