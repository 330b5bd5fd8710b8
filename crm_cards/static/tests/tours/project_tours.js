import { registry } from "@web/core/registry";

import { menu } from "./ticket_steps";

const cell = (importance, urgency) =>
    `.o_crm_cards_matrix_cell[data-importance='${importance}'][data-urgency='${urgency}']`;
const card = (name) => `.o_kanban_record:contains('${name}')`;

const tours = registry.category("web_tour.tours");

/** From the menu over the matrix to the sub-projects. */
tours.add("crm_cards_project_matrix", {
    steps: () => [
        { trigger: ".o_navbar_apps_menu button", run: "click" },
        { trigger: `.o_app${menu("root")}`, run: "click" },
        { trigger: `button${menu("projects")}`, run: "click" },
        { trigger: `.dropdown-item${menu("project_matrix")}`, run: "click" },
        { content: "everything is normal", trigger: `${cell(1, 1)} ${card("Printing line / Machines")}`, run: `drag_and_drop(${cell(2, 2)})` },
        { content: "now it comes first", trigger: `${cell(2, 2)} ${card("Machines")}` },
        { content: "its project stays", trigger: `${cell(1, 1)} ${card("Printing line")}`, run: "click" },
        { trigger: ".o_form_view .nav-link[name='card_sub_projects']", run: "click" },
        {
            content: "hours and rank of the part",
            trigger: "[name='card_child_ids'] .o_data_row:contains('Machines'):contains('High'):contains('02:30')",
        },
    ],
});

/** The projects and hours of a customer on his card. */
tours.add("crm_cards_project_customer", {
    steps: () => [
        { trigger: ".o_form_view .nav-link[name='customer_projects']", run: "click" },
        { trigger: ".o_crm_cards_related_list .o_data_row:contains('Printing line / Machines'):contains('02:30')" },
        { trigger: ".o_crm_cards_related_list[aria-label='Hours'] .o_data_row:contains('02:30')" },
        { trigger: ".o_crm_cards_related_list[aria-label='Hours'] .o_crm_cards_related_all", run: "click" },
        { trigger: ".o_pivot:contains('Levi Printing'):contains('2.50'), .o_pivot:contains('Levi Printing'):contains('02:30')" },
    ],
});
