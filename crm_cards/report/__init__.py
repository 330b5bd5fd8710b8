from . import report_technician_sheet
from . import report_hours_statement
from . import report_hours_billing
