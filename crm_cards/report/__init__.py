from . import report_technician_sheet
