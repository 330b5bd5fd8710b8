"""Who may do what with the hours that are billed at the end of a month."""

_MANAGERS = ("administrator", "hours_manager")
# Whoever may invoice sees what his invoices bill.
_READERS = ("invoicer", "accountant")

HOURS_BILLING_MATRIX = {
    "crm.cards.hours.billing": {
        **dict.fromkeys(_READERS, "r"),
        **dict.fromkeys(_MANAGERS, "rwcu"),
    },
    # Made by the run alone; managers edit what is billed.
    "crm.cards.hours.billing.line": {
        **dict.fromkeys(_READERS, "r"),
        **dict.fromkeys(_MANAGERS, "rw"),
    },
}
