# Import order is dependency order; an arrow never points back up.
from . import common
from . import card
from . import activity
from . import product
from . import ticket
from . import project
from . import hours
