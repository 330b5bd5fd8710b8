from odoo import SUPERUSER_ID, api

from odoo.addons.crm_cards.hooks import take_over_activities


def migrate(cr, version):
    take_over_activities(api.Environment(cr, SUPERUSER_ID, {}))
