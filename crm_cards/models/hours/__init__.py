# Owns: hours banks with their lots and entries, and what draws from them.
# Builds on: card, activity, product, ticket, timesheets.
from . import crm_cards_hours_mixin
from . import res_company_hours
from . import crm_cards_hours_kind
from . import crm_cards_hours_bank
from . import crm_cards_hours_lot
from . import crm_cards_hours_entry

# What moves hours: everything else goes through these.
from . import crm_cards_hours_bank_book
from . import crm_cards_hours_bank_lots
from . import crm_cards_hours_bank_choose
from . import crm_cards_hours_bank_follow
from . import crm_cards_hours_bank_expiry
from . import crm_cards_hours_bank_check

# What is worked and draws by itself.
from . import crm_cards_hours_source
from . import account_analytic_line
from . import mail_activity_hours_bank
from . import project_hours
from . import crm_cards_ticket_hours
from . import res_partner_hours

# What is told of it all.
from . import crm_cards_hours_bank_statement
from . import crm_cards_hours_bank_forecast
from . import crm_cards_hours_portal
from . import crm_cards_hours_statement_send
from . import res_partner_hours_statement

# Last, so that they see what comes in before anything is added.
from . import crm_cards_hours_bank_guard
from . import crm_cards_hours_lot_guard
