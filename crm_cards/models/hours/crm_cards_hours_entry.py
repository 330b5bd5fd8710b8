from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_cards_hours_mixin import hours_of

KINDS = [
    ("purchase", "Purchase"),
    ("draw", "Draw"),
    ("reversal", "Reversal"),
    ("expiry", "Expiry"),
    ("rollover", "Roll-over"),
    ("correction", "Correction"),
    ("settlement", "Settlement"),
    ("billing", "Billing"),
]
REASONS = [
    ("hand", "Chosen by hand"),
    ("contract", "Service contract"),
    ("product", "Customer's product"),
    ("project", "Project"),
    ("general", "General bank"),
]
# Whatever is done past Odoo, with rights to the database: no entry changes. What it is
# about may be deleted, and that it was about it is then forgotten.
_KEEP_ENTRIES = """
    CREATE OR REPLACE FUNCTION crm_cards_hours_entry_keep() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE
        links text[] := ARRAY['line_id', 'activity_id', 'ticket_id', 'user_id',
                              'invoice_line_id', 'create_uid', 'write_uid'];
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - links = to_jsonb(OLD) - links
               AND jsonb_strip_nulls(to_jsonb(NEW)) <@ to_jsonb(OLD)
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'Entries of an hours bank are never changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END $$;
    DROP TRIGGER IF EXISTS crm_cards_hours_entry_keep ON crm_cards_hours_entry;
    CREATE TRIGGER crm_cards_hours_entry_keep
        BEFORE UPDATE OR DELETE ON crm_cards_hours_entry
        FOR EACH ROW EXECUTE FUNCTION crm_cards_hours_entry_keep();
    DROP TRIGGER IF EXISTS crm_cards_hours_entry_keep_all ON crm_cards_hours_entry;
    CREATE TRIGGER crm_cards_hours_entry_keep_all
        BEFORE TRUNCATE ON crm_cards_hours_entry
        FOR EACH STATEMENT EXECUTE FUNCTION crm_cards_hours_entry_keep();
"""


class HoursEntry(models.Model):
    """A movement of hours: signed, dated, and never changed again.

    ==============  ======================================================
    *Purchase*      hours come into a lot
    *Draw*          work took them; without a lot, beyond what was bought
    *Reversal*      a draw is taken back, ``reversed_id`` says which
    *Expiry*        the last day of the lot is over; back, if work before it
                    is written down later
    *Roll-over*     from a lot that is over to the one that follows it
    *Correction*    by hand, with a reason
    *Settlement*    a lot pays for what was drawn beyond
    *Billing*       what was drawn beyond is billed
    ==============  ======================================================

    Written by the engine alone, past all rights. The database itself refuses to
    change or delete one; only links to what is deleted are emptied.
    """

    _name = "crm.cards.hours.entry"
    _inherit = "crm.cards.hours.mixin"
    _description = "Movement of Hours"
    _order = "date desc, id desc"
    _rec_name = "name"
    _hours_of = {"hours": "minutes", "worked_hours": "worked_minutes"}

    bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    lot_id = fields.Many2one(
        "crm.cards.hours.lot",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: beyond what was bought.",
    )
    # Stored nowhere but on the bank: a customer may be merged into another one.
    partner_id = fields.Many2one(related="bank_id.partner_id", string="Customer")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    minutes = fields.Integer(required=True, readonly=True)
    hours = hours_of("minutes", "Hours")
    date = fields.Date(required=True, readonly=True)
    worked_minutes = fields.Integer(
        "Worked (minutes)",
        readonly=True,
        help="What was worked, before factor, minimum and rounding. On the first of "
        "the entries it was split into.",
    )
    worked_hours = hours_of("worked_minutes", "Worked")
    factor = fields.Float(readonly=True, digits=(8, 4), aggregator=None)
    work_kind_id = fields.Many2one(
        "crm.cards.hours.kind",
        string="Kind of work",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    source = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What drew the hours; line/12 is the timesheet line with the number 12.",
    )
    line_id = fields.Many2one(
        "account.analytic.line",
        string="Timesheet line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        "crm.cards.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    name = fields.Char("Text", readonly=True)
    reason = fields.Char(readonly=True, help="Why it was corrected.")
    chosen_by = fields.Selection(
        REASONS,
        string="Why this bank",
        readonly=True,
        help="Why the bank was drawn on.",
    )
    reversed_id = fields.Many2one(
        "crm.cards.hours.entry",
        string="Reverses",
        readonly=True,
        ondelete="restrict",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    # No draw is given back twice, whoever tries.
    _reversed_unique = models.UniqueIndex("(reversed_id) WHERE reversed_id IS NOT NULL")
    _minutes_not_zero = models.Constraint("CHECK(minutes <> 0)")

    def init(self):
        result = super().init()
        self.env.cr.execute(_KEEP_ENTRIES)
        return result

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self.check_access("create")
        # Whoever has all rights, too: the balances would not follow.
        raise UserError(
            self.env._(
                "Entries of an hours bank are never made by hand. Buy or correct hours."
            )
        )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("Entries of an hours bank are never edited. Correct the hours.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Entries of an hours bank are never deleted. Correct the hours.")
        )
