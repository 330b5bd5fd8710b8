import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const ROWS = "Email,Product,Serial\ntour@example.com,TOUR-P,T-1\nnobody@example.com,TOUR-P,T-2\n";

const confirmDialog = [
    { trigger: ".modal-footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

registry.category("web_tour.tours").add("crm_cards_products_import", {
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
        { trigger: "button[name=action_apply]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=applied]" },
        { trigger: "button[name=action_undo]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=undone]" },
    ],
});
