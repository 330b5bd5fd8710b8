from . import portal
from . import portal_form
from . import thread
from . import portal_hours
