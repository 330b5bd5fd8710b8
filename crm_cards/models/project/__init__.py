# Owns what projects are more than in Odoo: parts, rank, sums; builds on card.
from . import crm_cards_project_class
from . import project_project
from . import project_project_rank
from . import project_project_total
from . import project_project_timesheet
from . import project_task
from . import account_analytic_line
from . import res_partner

# A view on the columns above, so they come first.
from . import timesheets_analysis_report
