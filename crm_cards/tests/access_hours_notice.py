"""Who may do what with the notices of hours banks."""

_READERS = ("salesperson", "user", "accountant", "technician", "service_manager")
_MANAGERS = ("administrator", "hours_manager")

# Written by nobody but the engine and the cron.
HOURS_NOTICE_MATRIX = {
    "crm.cards.hours.notice": dict.fromkeys((*_READERS, *_MANAGERS), "r")
}
