from odoo import SUPERUSER_ID, api

from odoo.addons.crm_cards.hooks import take_over_activities


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    take_over_activities(env)
    # Data that is kept from updates is not run by them either.
    env["mail.activity.type"]._set_up_for_customers()
