# Owns: activities of customers, open and closed: when, whose, what came of them,
# repeating, schedules, hand-overs. Builds on: card, calendar, hr_timesheet.
#
# What is imported later wraps what came before. Where files extend the same methods
# of mail.activity, the comments below say which order they rely on.
from . import crm_cards_activity_category
from . import crm_cards_activity_outcome
from . import crm_cards_activity_hand
from . import crm_cards_activity_status_mixin
from . import crm_cards_recurrence_mixin
from . import crm_cards_activity_balance_mixin
from . import mail_activity_type

# An activity: whose it is, who may see it, when it is.
from . import mail_activity
from . import mail_activity_customer
from . import mail_activity_opportunity
from . import mail_activity_hand
from . import mail_activity_status
from . import mail_activity_access
from . import mail_activity_time
from . import mail_activity_event
from . import mail_activity_event_access

# After time: the event takes the hours that follow from what was written.
from . import mail_activity_calendar
from . import calendar_event

# What comes next.
from . import mail_activity_series
from . import crm_cards_activity_series
from . import mail_activity_chain
from . import mail_activity_plan_template

# After time and series: what it adds to the values is theirs to take up.
from . import mail_activity_plan
from . import mail_activity_mixin
from . import mail_activity_mixin_access
from . import mail_activity_private
from . import res_partner

# Lists, schedules and the start page.
from . import res_users_activity
from . import crm_cards_activity
from . import crm_cards_activity_access
from . import res_users_schedule
from . import crm_cards_schedule_person
from . import crm_cards_activity_busy
from . import crm_cards_activity_schedule
from . import crm_cards_activity_screen
from . import ir_http_activity
from . import mail_activity_screen
from . import res_company_activity
from . import res_partner_activity

from . import res_users_employee

# Closing. After chain: who owes an answer is refused before the next one is made.
from . import mail_activity_close

# After close: the hours are those of whoever it says has closed the activity.
from . import mail_activity_hours
from . import mail_activity_assignee
from . import mail_activity_handle

# Keeping. After calendar and series: what is cancelled instead of deleted must not
# get as far as their unlink().
from . import mail_activity_cancel
from . import mail_activity_former
from . import mail_activity_gc
from . import mail_activity_parked

# Many at once, and people who leave.
from . import res_users_notice
from . import mail_activity_notify
from . import mail_activity_res_name
from . import mail_activity_digest
from . import mail_activity_reassign
from . import crm_lead
from . import crm_cards_handover
from . import crm_cards_handover_line
from . import res_users
from . import crm_cards_activity_buttons
from . import mail_activity_recorded
