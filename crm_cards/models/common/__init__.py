# Owns: company settings and traits shared by every room.
# Builds on: base only. Used by: all other rooms.
from . import crm_cards_sight_mixin
from . import crm_cards_detail_mixin
from . import crm_cards_dictionary_mixin
from . import res_company
