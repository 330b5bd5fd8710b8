# Owns tickets and their service levels; builds on card, activity and product.
from . import res_company
from . import crm_cards_ticket_tag
from . import crm_cards_ticket_stage
from . import crm_cards_ticket_type
from . import crm_cards_department
from . import crm_cards_ticket
from . import crm_cards_ticket_log
from . import crm_cards_ticket_facts
from . import crm_cards_ticket_message
from . import res_partner
from . import crm_cards_department_portal
from . import crm_cards_ticket_portal
from . import res_partner_portal
