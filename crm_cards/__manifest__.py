# Copyright 2026 crm_cards contributors
# License LGPL-3 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "CRM Cards",
    "summary": "Account cards and CRM customers as one record, "
    "with a dated conversion from prospect to customer",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "crm_cards contributors",
    "depends": [
        "account",
        "calendar",
        "contacts",
        "crm",
        "sale_crm",
        "sale_management",
    ],
    "external_dependencies": {"python": ["openpyxl", "phonenumbers"]},
    "data": [
        "security/crm_cards_groups.xml",
        "security/ir.model.access.csv",
        "security/card_rules.xml",
        "security/import_rules.xml",
        "data/crm_cards_accounts_import_cron.xml",
        "views/card/crm_cards_accounts_import_views.xml",
        "data/crm_cards_customer_status_data.xml",
        "data/crm_cards_temperature_data.xml",
        "views/card/crm_cards_conversion_stop_views.xml",
        "views/card/crm_cards_conversion_reversal_views.xml",
        "views/card/crm_cards_account_card_state_views.xml",
        "views/card/crm_cards_settings_views.xml",
        "views/card/base_partner_merge_views.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "crm_cards/static/src/accounts_import/**/*",
        ],
        "web.assets_tests": [
            "crm_cards/static/tests/tours/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
    "installable": True,
}
