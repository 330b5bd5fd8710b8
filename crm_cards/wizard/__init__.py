from . import crm_cards_conversion_stop
from . import crm_cards_conversion_reversal
from . import crm_cards_account_card_state
from . import crm_cards_settings
from . import base_partner_merge
from . import validate_account_move
from . import crm_cards_startup
from . import mail_activity_schedule
