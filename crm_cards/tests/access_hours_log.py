"""Who may do what with the dialog of hours and with timers."""

_EVERYBODY = (
    "internal",
    "salesperson",
    "user",
    "invoicer",
    "accountant",
    "administrator",
    "technician",
    "service_manager",
    "hours_manager",
)

HOURS_LOG_MATRIX = {
    "crm.cards.hours.log": dict.fromkeys(_EVERYBODY, "rwc"),
    # Started and stopped by buttons only.
    "crm.cards.hours.timer": dict.fromkeys(_EVERYBODY, "r"),
}
