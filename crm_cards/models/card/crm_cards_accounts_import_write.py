import json

from odoo import models

from .crm_cards_account_card_ledger import PROPERTY_FIELDS

# Modules whose write() on customers and cards does nothing that a batch would miss:
# tracking is off, parent and company are not imported, letters and children are looked
# after below.
_KNOWN_WRITERS = {"account", "base", "base_vat", "crm_cards", "mail", "snailmail"}


class AccountsImportWrite(models.Model):
    """Writing other values to each of many records without a query for each."""

    _inherit = "crm.cards.accounts.import"

    def _write_partners(self, vals_by_id):
        """Write ``{partner id: vals}``."""
        partners = self.env["res.partner"].browse(vals_by_id)
        single = self._find_partners_written_singly(partners)
        self._write_each(partners - single, vals_by_id)
        self._write_grouped(single, vals_by_id)

    def _find_partners_written_singly(self, partners):
        """Return those whose data is carried on to other records by ``write``."""
        if not self._is_batch_safe(partners):
            return partners
        single = partners.filtered(
            lambda partner: partner.child_ids or partner.parent_id
        )
        if "snailmail.letter" in self.env:
            # Whether a letter waits is only asked to choose the way of writing.
            waiting = (
                self.env["snailmail.letter"]
                .sudo()
                .search(
                    [
                        ("partner_id", "in", partners.ids),
                        ("state", "not in", ("sent", "canceled")),
                    ]
                )
            )
            single |= waiting.partner_id.sudo(self.env.su)
        return single

    def _write_cards(self, vals_by_id):
        """Write ``{card id: vals}``; terms and limits stand on the customer.

        The keys were compared with all others when the rows were judged, and the
        database has the last word.
        """
        cards = self.env["crm.cards.account.card"].browse(vals_by_id)
        cards.check_access("write")
        own, shared = {}, {}
        for card in cards:
            for fname, value in vals_by_id[card.id].items():
                if fname not in PROPERTY_FIELDS:
                    own.setdefault(card.id, {})[fname] = value
                elif card._has_field_access(card._fields[fname], "write"):
                    shared.setdefault(card.partner_id.id, {})[fname] = value
        if self._is_batch_safe(cards):
            self._write_each(cards, own)
        else:
            self._write_grouped(cards, own)
        # As on the card itself: its fields carry the groups, and write access to the
        # card was checked.
        partners = self.env["res.partner"].sudo().browse(shared)
        self._write_each(partners.with_company(self.company_id), shared)

    def _is_batch_safe(self, records):
        """Say whether all that extends ``write`` of the model is known; automations are
        not."""
        model_class = type(records)
        if hasattr(model_class.write, "origin"):  # patched by base_automation
            return False
        writers = {
            cls.__module__.split(".")[2]
            for cls in model_class.__mro__
            if "write" in vars(cls) and cls.__module__.startswith("odoo.addons.")
        }
        return writers <= _KNOWN_WRITERS

    def _write_grouped(self, records, vals_by_id):
        """Write the same values to all records that get them in one call."""
        groups = {}
        for record in records:
            vals = vals_by_id.get(record.id)
            if vals:
                groups.setdefault(json.dumps(vals, sort_keys=True), []).append(
                    record.id
                )
        for vals, ids in groups.items():
            group = records.browse(ids).with_prefetch(records._prefetch_ids)
            group.write(json.loads(vals))

    def _write_each(self, records, vals_by_id):
        """Write as ``write`` does, but look for dependent records once for all of them.

        ``write`` searches the opportunities, letters and so on of its records each
        time; with other values for each record that would be three queries a row.
        """
        records = records.filtered(lambda record: vals_by_id.get(record.id))
        if not records:
            return
        records.check_access("write")
        fnames = {fname for record in records for fname in vals_by_id[record.id]}
        fields = [records._fields[fname] for fname in fnames]
        for field in fields:
            records._check_field_access(field, "write")
        lists = {field.name for field in fields if field.type == "many2many"}
        self._write_grouped(
            records,
            {
                record.id: {
                    k: v for k, v in vals_by_id[record.id].items() if k in lists
                }
                for record in records
            },
        )
        fields = [field for field in fields if field.name not in lists]
        stamps = {"write_uid": self.env.uid, "write_date": self.env.cr.now()}
        editable = [field for field in fields if field.compute and not field.readonly]
        with self.env.protecting(editable, records):
            relations = [f.name for f in fields if self.pool.is_modifying_relations(f)]
            records.modified(relations, before=True)
            for field in sorted(fields, key=lambda field: field.write_sequence):
                for record in records:
                    if field.name in vals_by_id[record.id]:
                        field.write(record, vals_by_id[record.id][field.name])
            for fname, value in stamps.items():
                records._fields[fname].write(records, value)
            names = [*(field.name for field in fields), *stamps]
            records.modified(names)
            records._validate_fields(names)
