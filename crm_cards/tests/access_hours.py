"""Who may do what with the models of hours banks."""

_READ_BY_SIGHT = dict.fromkeys(
    ("salesperson", "user", "accountant", "technician", "service_manager"), "r"
)
_MANAGERS = ("administrator", "hours_manager")

HOURS_MATRIX = {
    "crm.cards.hours.bank": {**_READ_BY_SIGHT, **dict.fromkeys(_MANAGERS, "rwcu")},
    # Never deleted: their entries prove what happened.
    "crm.cards.hours.lot": {**_READ_BY_SIGHT, **dict.fromkeys(_MANAGERS, "rwc")},
    # Written by nobody but the engine.
    "crm.cards.hours.entry": {**_READ_BY_SIGHT, **dict.fromkeys(_MANAGERS, "r")},
    "crm.cards.hours.correct": dict.fromkeys(_MANAGERS, "rwc"),
    "crm.cards.hours.kind": {
        **_READ_BY_SIGHT,
        **dict.fromkeys(("internal", "invoicer"), "r"),
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
}
