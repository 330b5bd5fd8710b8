import { registry } from "@web/core/registry";

import { assignToMe, atStage, card, close, column, openService, stage } from "./ticket_steps";

const tours = registry.category("web_tour.tours");

/** From the menu to a ticket that is opened, taken, moved and closed. */
tours.add("crm_cards_ticket", {
    steps: () => [
        ...openService("ticket"),
        { content: "before its columns are there, New opens the whole form", trigger: `.o_view_controller:has(.o_last_breadcrumb_item:contains('All tickets')) ${column("In work")}` },
        // a new one, on the board
        { trigger: ".o_kanban_view .o-kanban-button-new", run: "click" },
        { trigger: ".o_kanban_quick_create [name='name'] input", run: "edit Paper jam" },
        { trigger: ".o_kanban_quick_create [name='partner_id'] input", run: "edit Dana" },
        { trigger: ".ui-menu-item a:contains('Dana Levi')", run: "click" },
        { trigger: ".o_kanban_quick_create [name='type_id'] input", run: "edit printers / jam" },
        { content: "the picker shows the path", trigger: ".ui-menu-item a:contains('Printers / Jam')", run: "click" },
        {
            content: "the department comes from whoever opens the ticket",
            trigger: ".o_kanban_quick_create [name='department_id'] input:value(Support)",
        },
        { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
        { trigger: `${column("Newly opened")} ${card("Paper jam")}:contains('Levi Printing')` },
        { content: "close quick create", trigger: ".o_kanban_quick_create .o_kanban_cancel", run: "click" },
        // moved on the board, to who must answer now
        {
            trigger: `body:not(:has(.o_kanban_quick_create)) ${card("Paper jam")}`,
            run: `drag_and_drop(${column("In work")})`,
        },
        { trigger: `${column("In work")} ${card("Paper jam")}`, run: "click" },
        atStage("In work"),
        ...assignToMe("Piotr"),
        { content: "what the customer waits for", trigger: stage("With supplier"), run: "click" },
        { content: "the supplier is asked for", trigger: ".o_form_view [name='supplier_id'] input", run: "edit Toner" },
        { trigger: ".ui-menu-item a:contains('Toner Ltd')", run: "click" },
        { trigger: ".o_form_view [name='supplier_reference'] input", run: "edit RMA 17" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "what happened is told", trigger: ".nav-link[name='log']", run: "click" },
        { trigger: "[name='log_ids'] .o_data_row:contains('With supplier')" },
        ...close,
        // gone from the board of what is open
        { trigger: ".breadcrumb .o_back_button, .o_back_button", run: "click" },
        { trigger: `.o_kanban_view:not(:has(${card("Paper jam")}))` },
    ],
});

/** Many tickets are shared out from the list, with what each has to do in view. */
tours.add("crm_cards_ticket_assign", {
    url: "/odoo/unassigned-tickets",
    steps: () => [
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: "button[name='action_open_assign']", run: "click" },
        { trigger: ".modal [name='load_ids'] .o_data_row:contains('Piotr')" },
        { trigger: ".modal label:contains('in turn')", run: "click" },
        { trigger: ".modal [name='load_ids'] th[data-name='is_chosen']" },
        { trigger: ".modal button[name='action_assign']", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains('Shared')))" },
    ],
});

/** A customer calls: found by number, with service and product, and a ticket. */
tours.add("crm_cards_ticket_call", {
    steps: () => [
        ...openService("ticket_entry"),
        { trigger: ".modal .o_crm_cards_call_text", run: "edit 035550101" },
        { content: "found by another spelling", trigger: ".o_crm_cards_call_line.active:contains('Levi Printing')" },
        { trigger: ".o_crm_cards_call_text", run: "edit SN-4711" },
        { trigger: ".o_crm_cards_call_line.active:contains('Dana Levi')" },
        { content: "service is seen", trigger: ".o_crm_cards_call_strip .o_crm_cards_coverage_in_service" },
        { content: "on to the ticket", trigger: ".o_crm_cards_call_text", run: "press Enter" },
        { trigger: ".o_crm_cards_call_subject:focus", run: "edit Paper jam" },
        { trigger: ".o_crm_cards_call_new", run: "click" },
        { content: "the ticket of the call", trigger: ".o_form_view [name='partner_id'] input:value(Dana Levi)" },
        // he calls again
        { trigger: ".o_crm_cards_call_systray", run: "click" },
        { trigger: ".modal .o_crm_cards_call_text", run: "edit dana" },
        { content: "not a second one about the same", trigger: ".o_crm_cards_call_line.active:contains('Dana Levi')" },
        { trigger: ".o_crm_cards_call_product:contains('SN-4711')", run: "click" },
        { trigger: ".o_crm_cards_call_same:contains('Paper jam')" },
        { trigger: ".o_crm_cards_call_open", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view [name='name'] textarea:value(Paper jam)" },
    ],
});

/** From the desk to a technician's tickets, and a visit planned on one of them. */
tours.add("crm_cards_service_desk", {
    url: "/odoo/service-desk",
    steps: () => [
        { trigger: ".o_crm_cards_desk_tile[name='open'] .o_crm_cards_desk_count:contains('2')" },
        { content: "the department is chosen", trigger: "select[name='department']", run: "selectByLabel Support" },
        { trigger: ".o_crm_cards_desk_tile[name='open'] .o_crm_cards_desk_count:contains('1')" },
        { trigger: ".o_crm_cards_desk_technicians tr:contains('Piotr') [name='open']", run: "click" },
        { trigger: ".o_list_view .o_data_row .o_data_cell[name='name']:contains('Printer is down')", run: "click" },
        { trigger: ".o_form_view button[name='action_plan_visit']", run: "click" },
        { trigger: ".modal [name='activity_type_id'] input:value(Service visit)" },
        { content: "for the technician", trigger: ".modal [name='user_id'] input:value(Piotr)" },
        { content: "of the customer", trigger: ".modal [name='card_customer_id']:contains('Levi Printing')" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { content: "it shows on the ticket", trigger: "body:not(:has(.modal)) .o-mail-Activity:contains('Printer is down')" },
        { content: "and on the schedule", trigger: "button[name='action_open_schedule']", run: "click" },
        { trigger: ".o_calendar_view .fc-event:contains('Printer is down')" },
    ],
});
