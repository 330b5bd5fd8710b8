import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const ROWS = "Key,Name,Email,City\n30977,Tour Printing,tour@example.com,Lod\n30978,Bad,nobody,\n";

const confirmDialog = [
    { trigger: ".modal-footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

registry.category("web_tour.tours").add("crm_cards_accounts_import", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "choose the file",
            trigger: ".o_field_widget[name=file]",
            async run() {
                const file = new File([ROWS], "tour.csv", { type: "text/csv" });
                await inputFiles(".o_field_widget[name=file] .o_input_file", [file]);
            },
        },
        { trigger: ".o_field_widget[name=file] input:value(tour.csv)" },
        { trigger: "button[name=action_read]:contains(Read file)", run: "click" },
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
        { trigger: "button[name=action_apply]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=applied]" },
        { trigger: "button[name=action_undo]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=undone]" },
    ],
});
