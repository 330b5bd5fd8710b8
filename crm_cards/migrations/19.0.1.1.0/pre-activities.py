from odoo.addons.crm_cards.hooks import create_activity_columns


def migrate(cr, version):
    create_activity_columns(cr)
