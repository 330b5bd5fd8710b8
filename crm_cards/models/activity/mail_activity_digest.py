from odoo import api, fields, models


class MailActivity(models.Model):
    """Whoever asked for activities hears once a day which of them others closed."""

    _inherit = "mail.activity"

    card_reported = fields.Boolean(
        string="Reported as closed",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )

    _card_unreported = models.Index(
        "(card_asked_by_id) WHERE active IS NOT TRUE "
        "AND card_reported IS NOT TRUE AND card_done_by_id IS NOT NULL"
    )

    def write(self, vals):
        if vals.get("active"):
            # Closed again, it is news again.
            vals = {**vals, "card_reported": False}
        return super().write(vals)

    @api.model
    def _cron_send_digests(self):
        closed = self.with_context(active_test=False)
        domain = [
            ("active", "=", False),
            ("card_reported", "=", False),
            ("card_done_by_id", "!=", False),
            ("card_asked_by_id", "!=", False),
        ]
        groups = closed._read_group(domain, ["card_asked_by_id"])
        for position, (asker,) in enumerate(groups):
            mine = [*domain, ("card_asked_by_id", "=", asker.id)]
            # Those another worker holds are his to report.
            activities = closed.search(mine).try_lock_for_update(allow_referencing=True)
            activities._report_to(asker)
            self.env["ir.cron"]._commit_progress(
                1, remaining=len(groups) - position - 1
            )

    def _report_to(self, asker):
        """Tell who asked what others closed, never the same twice."""
        # Marked in the transaction that queues the message.
        self.card_reported = True
        self.flush_recordset(["card_reported"])
        by_others = self.filtered(lambda activity: activity.card_done_by_id != asker)
        wants = asker.company_id.crm_cards_activity_digest
        # What was done is for colleagues, not for a customer who set it off.
        wants = wants and asker.active and not asker.share
        if by_others and wants:
            asker._notify_of_activities(
                "crm_cards.activity_closed_notice",
                lambda env: env._(
                    "Activities closed for you: %(count)s", count=len(by_others)
                ),
                activities=by_others,
            )
