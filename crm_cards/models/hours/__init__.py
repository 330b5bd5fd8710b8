# Owns: hours banks with their lots and entries, and what draws from them.
# Builds on: card, activity, product, ticket, timesheets.
from . import crm_cards_hours_mixin
from . import res_company_hours
from . import res_company_hours_notice
from . import crm_cards_hours_kind
from . import crm_cards_hours_bank
from . import crm_cards_hours_lot
from . import crm_cards_hours_entry

# What moves hours: everything else goes through these.
from . import crm_cards_hours_bank_book
from . import crm_cards_hours_bank_lots
from . import crm_cards_hours_bank_correct
from . import crm_cards_hours_bank_choose
from . import crm_cards_hours_bank_follow
from . import crm_cards_hours_bank_expiry
from . import crm_cards_hours_bank_check

# What is worked and draws by itself.
from . import crm_cards_hours_source
from . import account_analytic_line
from . import mail_activity_hours_kind
from . import mail_activity_hours_bank
from . import project_hours
from . import crm_cards_ticket_hours
from . import res_partner_hours

# What brings hours into banks: orders and invoices.
from . import product_template_hours
from . import crm_cards_hours_lot_sale
from . import crm_cards_hours_bank_sale
from . import sale_order_line_hours
from . import sale_order_hours
from . import account_move_line_hours
from . import account_move_hours

# Hours that customers already had, read from files.
from . import crm_cards_accounts_import_hours
from . import crm_cards_accounts_import_hours_column
from . import crm_cards_accounts_import_hours_row
from . import crm_cards_accounts_import_hours_match
from . import crm_cards_accounts_import_hours_apply
from . import crm_cards_accounts_import_hours_undo

# What is logged by hand, and timers.
from . import account_analytic_line_activity
from . import res_company_service_project
from . import crm_cards_hours_bank_preview
from . import crm_cards_hours_work_mixin
from . import crm_cards_hours_timer
from . import crm_cards_hours_log
from . import ir_http_timer
from . import mail_activity_hours_log
from . import mail_activity_hours_name
from . import crm_cards_ticket_hours_screen
from . import project_task_hours
from . import res_partner_hours_left
from . import res_partner_hours_reserved

# What is corrected by hand.
from . import crm_cards_hours_correct

# What is told of it all.
from . import timesheets_analysis_report_kind
from . import crm_cards_hours_bank_statement
from . import crm_cards_hours_bank_forecast
from . import crm_cards_hours_portal
from . import crm_cards_hours_statement_send
from . import res_partner_hours_statement

# What is said when they come to an end, and what is offered then.
from . import crm_cards_hours_bank_supply
from . import crm_cards_hours_notice
from . import res_partner_hours_notice
from . import crm_cards_hours_bank_renewal

# What is billed at the end of the month.
from . import res_company_hours_billing
from . import crm_cards_hours_billing
from . import crm_cards_hours_billing_line
from . import crm_cards_hours_billing_collect
from . import crm_cards_hours_billing_invoice
from . import crm_cards_hours_billing_free
from . import crm_cards_hours_billing_report
from . import crm_cards_hours_bank_billed
from . import account_analytic_line_billed
from . import account_move_line_hours_billing
from . import account_move_hours_billing

# Last, so that they see what comes in before anything is added.
from . import crm_cards_hours_bank_guard
from . import crm_cards_hours_lot_guard
