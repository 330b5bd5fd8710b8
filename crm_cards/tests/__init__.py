from . import test_card_conversion
from . import test_card_kind
from . import test_card_lead
from . import test_card_ledger
from . import test_card_merge
from . import test_card_one_record
