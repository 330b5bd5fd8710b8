import { inputFiles } from "@web/../tests/utils";

/** Start an import with a text file, and have its columns proposed. */
export function readFileSteps(rows) {
    return [
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "choose the file",
            trigger: ".o_field_widget[name=file]",
            async run() {
                const file = new File([rows], "tour.csv", { type: "text/csv" });
                await inputFiles(".o_field_widget[name=file] .o_input_file", [file]);
            },
        },
        { trigger: ".o_field_widget[name=file] input:value(tour.csv)" },
        { trigger: "button[name=action_read]:contains(Read file)", run: "click" },
    ];
}

const confirmDialog = [
    { trigger: ".modal-footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

/** Apply the import that is open, and take it back. */
export function applyAndUndoSteps() {
    return [
        { trigger: "button[name=action_apply]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=applied]" },
        { trigger: "button[name=action_undo]", run: "click" },
        ...confirmDialog,
        { trigger: ".o_arrow_button_current[data-value=undone]" },
    ];
}
