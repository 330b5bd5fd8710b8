# Owns: account cards, kinds of customer, prospects, conversions, dictionaries.
# Builds on: common, crm, sale, account. Used by: every higher room.
from . import crm_cards_customer_status
from . import crm_cards_customer_type
from . import crm_cards_temperature
from . import crm_cards_account_card
from . import crm_cards_account_card_ledger
from . import crm_cards_prospect
from . import crm_cards_conversion
from . import res_partner
from . import res_partner_kind
from . import res_partner_door
from . import res_partner_search
from . import mail_activity
from . import crm_cards_conversion_gate
from . import sale_order
from . import payment_transaction
from . import account_move
from . import account_move_line
from . import crm_lead
from . import crm_cards_accounts_import
from . import crm_cards_accounts_import_column
from . import crm_cards_accounts_import_row
from . import crm_cards_accounts_import_progress
from . import crm_cards_accounts_import_read
from . import crm_cards_accounts_import_match
from . import crm_cards_accounts_import_apply
from . import crm_cards_accounts_import_undo
