"""Who may do what with the statements of hours banks."""

_READERS = ("salesperson", "user", "accountant", "technician", "service_manager")
_MANAGERS = ("administrator", "hours_manager")

HOURS_STATEMENT_MATRIX = {
    "crm.cards.hours.statement": dict.fromkeys((*_READERS, *_MANAGERS), "rwc"),
    # Written by nobody but the cron.
    "crm.cards.hours.statement.send": dict.fromkeys(_MANAGERS, "r"),
}
