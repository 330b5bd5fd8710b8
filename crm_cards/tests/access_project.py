"""Who may do what with the models of projects."""

PROJECT_MATRIX = {
    "crm.cards.project.class": {
        **dict.fromkeys(
            (
                "internal",
                "salesperson",
                "user",
                "invoicer",
                "accountant",
                "technician",
                "service_manager",
            ),
            "r",
        ),
        "administrator": "rwcu",
    },
}
