"""Who may do what with the models of tickets and service levels."""

_EVERYBODY_INSIDE = (
    "internal",
    "salesperson",
    "user",
    "invoicer",
    "accountant",
    "technician",
)
_MANAGERS = ("administrator", "service_manager")
_READ_BY_SERVICE = dict.fromkeys(
    ("salesperson", "user", "accountant", "technician", *_MANAGERS), "r"
)
_DICTIONARY = {
    **dict.fromkeys(_EVERYBODY_INSIDE, "r"),
    **dict.fromkeys(_MANAGERS, "rwcu"),
}

TICKET_MATRIX = {
    "crm.cards.department": _DICTIONARY,
    "crm.cards.ticket.stage": _DICTIONARY,
    "crm.cards.ticket.type": _DICTIONARY,
    "crm.cards.ticket.tag": {**_DICTIONARY, "technician": "rwc"},
    "crm.cards.ticket": {
        **_READ_BY_SERVICE,
        "technician": "rwc",
        **dict.fromkeys(_MANAGERS, "rwcu"),
        "portal": "r",
    },
    **dict.fromkeys(
        (
            "crm.cards.ticket.assign",
            "crm.cards.ticket.assign.load",
            "crm.cards.ticket.contact",
            "crm.cards.ticket.merge",
        ),
        dict.fromkeys(("technician", *_MANAGERS), "rwc"),
    ),
    "crm.cards.ticket.log": _READ_BY_SERVICE,
    "crm.cards.ticket.sla": _READ_BY_SERVICE,
    "crm.cards.ticket.sla.report": _READ_BY_SERVICE,
    "crm.cards.service.report": _READ_BY_SERVICE,
    "crm.cards.ticket.sheet": dict.fromkeys(_READ_BY_SERVICE, "rwc"),
    "crm.cards.sla.policy": {
        **_READ_BY_SERVICE,
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
    "crm.cards.sla.target": {
        "technician": "r",
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
    "crm.cards.sla.policy.version": _READ_BY_SERVICE,
    "crm.cards.sla.calendar.version": _READ_BY_SERVICE,
    "crm.cards.sla.escalation": {
        **_READ_BY_SERVICE,
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
    "crm.cards.ticket.notice": _READ_BY_SERVICE,
    "crm.cards.ticket.alert": dict.fromkeys(_MANAGERS, "r"),
    "crm.cards.ticket.message.rule": {
        "technician": "r",
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
    # Told and asked through the ticket, whose rights decide.
    "crm.cards.ticket.presence": {},
    "crm.cards.sla.what.if": dict.fromkeys(_MANAGERS, "rwc"),
    "crm.cards.sla.what.if.target": dict.fromkeys(_MANAGERS, "rwcu"),
    "crm.cards.sla.what.if.result": dict.fromkeys(_MANAGERS, "r"),
    "crm.cards.sla.what.if.change": dict.fromkeys(_MANAGERS, "r"),
    "crm.cards.sla.check": dict.fromkeys(_MANAGERS, "r"),
}
