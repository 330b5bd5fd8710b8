from odoo import api, fields, models
from odoo.exceptions import AccessError

# Facts of the order: written by the system alone.
_OF_ORDER = frozenset({"order_line_id", "order_id", "is_order_cancelled"})


class OwnedProduct(models.Model):
    """What an order has added to the list, and how it is taken back."""

    _inherit = "crm.cards.owned.product"

    is_order_cancelled = fields.Boolean(
        string="Returned with its order",
        readonly=True,
        copy=False,
        help="Its order was cancelled; confirmed again, the order revives it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {name for name in _OF_ORDER if f"default_{name}" in self.env.context}
        self._check_of_order(defaults.union(*vals_list))
        return super().create(vals_list)

    @api.model
    def _check_of_order(self, names):
        """Refuse what readonly on a screen leaves open to calls over the network."""
        refused = sorted(_OF_ORDER & names)
        if refused and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s of a product follows from its order and is not written "
                    "by itself.",
                    field=self._fields[refused[0]].get_description(self.env)["string"],
                )
            )

    def write(self, vals):
        self._check_of_order({*vals})
        if "state" in vals and "is_order_cancelled" not in vals:
            # What a person says of it, no order takes back.
            vals = {**vals, "is_order_cancelled": False}
        return super().write(vals)

    def _take_back(self):
        """Undo what an order has added: delete it, or keep what people have added.

        Whoever changed something, or put a contract, an activity, a message or a
        file on it, finds it again as returned.
        """
        kept = self._filter_touched()
        (self - kept).unlink()
        kept.filtered(lambda owned: owned.state == "active").write(
            {"state": "returned", "is_order_cancelled": True}
        )

    def _revive(self):
        self.write({"state": "active", "is_order_cancelled": False})

    def _filter_touched(self):
        """Return the products that hold more than what their order says."""
        changed = self.filtered(lambda owned: owned._is_changed())
        return changed | (self - changed)._filter_referenced()

    def _is_changed(self):
        self.ensure_one()
        line = self.order_line_id
        if not line or self.serial or self.note or self.state != "active":
            return True
        expected = line._prepare_owned_product_vals()
        expected.pop("quantity")  # what is left of the line's, or one of its units
        current = self._convert_to_write({fname: self[fname] for fname in expected})
        return not self.active or current != expected or any(self.attributes.values())

    def _filter_referenced(self):
        """Return the products that something else refers to."""
        referenced = set()
        for model, domain, fname in self._get_references():
            rows = (
                self.env[model]
                .with_context(active_test=False)
                .search_fetch(domain, [fname])
            )
            values = rows.mapped(fname)
            referenced.update(values if fname == "res_id" else values.ids)
        return self.filtered(lambda owned: owned.id in referenced)

    def _get_references(self):
        """Return ``(model, domain, field that names the product)`` to be kept.

        Rooms whose records name a product extend this.
        """
        of_document = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return [
            (
                "crm.cards.service.contract.item",
                [("owned_product_id", "in", self.ids)],
                "owned_product_id",
            ),
            ("mail.activity", of_document, "res_id"),
            (
                "mail.activity",
                [("card_owned_product_id", "in", self.ids)],
                "card_owned_product_id",
            ),
            ("ir.attachment", of_document, "res_id"),
            (
                "mail.message",
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("message_type", "in", ("comment", "email", "email_outgoing")),
                ],
                "res_id",
            ),
        ]
