from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError


class MailActivity(models.Model):
    """Knows which activities ask the accountants for a conversion."""

    _inherit = "mail.activity"

    card_conversion_company_id = fields.Many2one(
        "res.company",
        string="Conversion asked in",
        readonly=True,
        index="btree_not_null",
        export_string_translation=False,
    )

    # Only partners are asked for, so the model need not take part.
    _card_conversion_unique = models.UniqueIndex(
        "(res_id, card_conversion_company_id) "
        "WHERE card_conversion_company_id IS NOT NULL AND active IS TRUE",
        "The conversion of this customer has already been asked for.",
    )

    @api.model
    def _create_conversion_request(self, vals):
        """:raises ConcurrencyError: somebody asks for the same at this moment"""
        try:
            return self.create(vals)
        except errors.UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error
