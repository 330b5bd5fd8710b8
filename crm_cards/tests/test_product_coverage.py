from odoo.tests import tagged

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestProductCoverage(CardsCase):
    def test_smoke(self):
        partner = self._create_partner()
        self.assertEqual(partner.card_coverage, "none")
        owned = self.env["crm.cards.owned.product"].create(
            {
                "partner_id": partner.id,
                "product_id": self.product_a.id,
                "serial": " A1 ",
            }
        )
        self.assertEqual(owned.serial, "A1")
        self.assertEqual(owned.coverage, "none")
        c = self.env["crm.cards.service.contract"].create({"partner_id": partner.id})
        self.assertEqual(c.state, "running")
        self.assertEqual(owned.coverage, "in_service")
        self.assertEqual(partner.card_coverage, "in_service")
        for m in (owned, c, partner):
            for f in (
                "coverage",
                "coverage_end",
                "state",
                "card_coverage",
                "card_coverage_end",
            ):
                if f in m._fields:
                    m.search([(f, "in", [m[f]]), ("id", "=", m.id)], order=f)
                    m.formatted_read_group(
                        [("id", "=", m.id)],
                        [f if m._fields[f].type != "date" else f + ":month"],
                        ["__count"],
                    )
