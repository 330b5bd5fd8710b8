from itertools import combinations

from odoo.tests import Form, new_test_user, tagged

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardKind(CardsCase):
    def _search_kind(self, kind, partners):
        return self.env["res.partner"].search(
            [("customer_kind", "=", kind), ("id", "in", partners.ids)]
        )

    def test_nobody_s_partner_has_no_kind(self):
        self.assertFalse(self._create_partner().customer_kind)

    def test_new_customer_is_a_prospect(self):
        partner = (
            self.env["res.partner"]
            .with_context(crm_cards_new_customer=True)
            .create({"name": "New"})
        )
        self.assertEqual(partner.customer_kind, "prospect")

    def test_lead_makes_a_prospect(self):
        partner = self._create_partner()
        lead = self.env["crm.lead"].create({"name": "Pump", "partner_id": partner.id})
        self.assertEqual(partner.customer_kind, "prospect")
        self.assertEqual(partner.prospect_ids.lead_id, lead)

    def test_lead_that_gets_a_customer_later_makes_a_prospect(self):
        partner = self._create_partner()
        lead = self.env["crm.lead"].create({"name": "Pump"})
        lead.partner_id = partner
        self.assertEqual(partner.customer_kind, "prospect")

    def test_quotation_makes_a_prospect(self):
        partner = self._create_partner()
        order = self._create_order(partner)
        self.assertEqual(partner.customer_kind, "prospect")
        self.assertEqual(partner.prospect_ids.order_id, order)

    def test_second_lead_leaves_the_first_touch_alone(self):
        partner = self._create_prospect()
        self.env["crm.lead"].create({"name": "Pump", "partner_id": partner.id})
        self.assertEqual(partner.prospect_ids.cause, "new")

    def test_card_makes_a_customer_at_once(self):
        partner = self._create_prospect()
        self.assertEqual(partner.customer_kind, "prospect")
        partner._open_account_card("button")
        self.assertEqual(partner.customer_kind, "customer")

    def test_main_account_makes_a_customer(self):
        partner = self._create_prospect()
        partner.main_account = "suppliers"
        self.assertEqual(partner.customer_kind, "customer")
        self.assertEqual(partner.account_card_id.main_account, "suppliers")
        self.assertTrue(partner.account_card_id.is_main_account_chosen)
        self.assertEqual(self._conversions_of(partner).cause, "main_account")

    def test_contact_person_follows_its_company(self):
        company = self._create_partner()
        contact = self._create_partner("Dana", is_company=False, parent_id=company.id)
        self.assertFalse(contact.customer_kind)
        company._make_prospect("new")
        self.assertEqual(contact.customer_kind, "prospect")
        company._open_account_card("button")
        self.assertEqual(contact.customer_kind, "customer")

    def test_person_who_joins_a_company_brings_his_kind(self):
        company = self._create_partner()
        self.assertFalse(company.customer_kind)
        person = self._create_prospect("Dana", is_company=False)
        person.parent_id = company
        self.assertEqual(company.customer_kind, "prospect")
        self.assertEqual(person.customer_kind, "prospect")

    def test_kind_goes_with_the_prospect_fact(self):
        prospect = self._create_prospect()
        self.assertEqual(prospect.customer_kind, "prospect")
        prospect.sudo().prospect_ids.unlink()
        self.assertFalse(prospect.customer_kind)

    def test_card_of_a_person_who_joins_a_company_becomes_the_company_s(self):
        company = self._create_partner()
        person = self._create_partner("Dana", is_company=False)
        card = person._open_account_card("button")
        person.parent_id = company
        self.assertEqual(card.partner_id, company)
        self.assertEqual(person.customer_kind, "customer")

    def test_card_of_a_person_is_merged_into_that_of_the_company_he_joins(self):
        company = self._create_partner()
        person = self._create_partner("Dana", is_company=False)
        kept = company._open_account_card("button")
        former = person._open_account_card("button", main_account="suppliers")
        person.parent_id = company
        self.assertEqual(former.superseded_by_id, kept)
        self.assertEqual(former.partner_id, company)
        self.assertFalse(former.active)
        self.assertEqual(kept.main_account, "customers_suppliers")

    def test_internal_user_is_neither(self):
        user = new_test_user(self.env, login="employee", groups="base.group_user")
        user.partner_id._make_prospect("new")
        self.assertFalse(user.partner_id.customer_kind)
        user.partner_id._open_account_card("invoice")
        self.assertFalse(user.partner_id.customer_kind)

    def test_portal_user_keeps_his_kind(self):
        user = new_test_user(self.env, login="customer", groups="base.group_portal")
        user.partner_id._make_prospect("new")
        self.assertEqual(user.partner_id.customer_kind, "prospect")

    def test_own_company_is_neither(self):
        own = self.company.partner_id
        own._make_prospect("new")
        own._open_account_card("invoice")
        self.assertFalse(own.customer_kind)

    def test_partner_that_becomes_an_own_company_loses_its_kind(self):
        partners = self._create_prospect("P") | self._create_prospect("Q")
        self.assertEqual(set(partners.mapped("customer_kind")), {"prospect"})
        new = self.env["res.company"].create(
            {"name": "New", "partner_id": partners[0].id}
        )
        self.assertEqual(partners.mapped("customer_kind"), [False, "prospect"])
        new.partner_id = partners[1]
        self.assertEqual(partners.mapped("customer_kind"), ["prospect", False])

    def test_kind_is_searched_like_it_is_read(self):
        partners = self._create_partner("None") | self._create_prospect("P")
        partners |= self._create_prospect("C")
        partners[2]._open_account_card("button")
        partners |= self._create_partner(
            "Contact", is_company=False, parent_id=partners[1].id
        )
        for kind in ("prospect", "customer", False):
            self.assertTrue(partners.filtered(lambda p, k=kind: p.customer_kind == k))
        for size in range(4):
            for kinds in combinations(("prospect", "customer", False), size):
                expected = partners.filtered(lambda p, k=kinds: p.customer_kind in k)
                for operator, found in (
                    ("in", expected),
                    ("not in", partners - expected),
                ):
                    with self.subTest(operator=operator, kinds=kinds):
                        domain = [("customer_kind", operator, list(kinds))]
                        domain += [("id", "in", partners.ids)]
                        self.assertEqual(self.env["res.partner"].search(domain), found)

    def test_kind_can_be_grouped_and_sorted(self):
        partners = self._create_partner("N") | self._create_prospect("P")
        partners |= self._create_prospect("C")
        partners[2]._open_account_card("button")
        groups = self.env["res.partner"]._read_group(
            [("id", "in", partners.ids)], ["customer_kind"], ["id:recordset"]
        )
        self.assertEqual(
            dict(groups),
            {False: partners[0], "prospect": partners[1], "customer": partners[2]},
        )
        ordered = self.env["res.partner"].search(
            [("id", "in", partners.ids), ("customer_kind", "!=", False)],
            order="customer_kind",
        )
        self.assertEqual(ordered, partners[2] | partners[1])

    def test_web_client_may_group_by_kind(self):
        description = self.env["res.partner"].fields_get(["customer_kind"])
        self.assertTrue(description["customer_kind"]["groupable"])
        self.assertTrue(description["customer_kind"]["searchable"])

    def test_record_rule_on_kind_hides_prospects(self):
        prospect, customer = self._create_prospect("P"), self._create_prospect("C")
        customer._open_account_card("button")
        self.env["ir.rule"].create(
            {
                "name": "Only customers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('customer_kind', '!=', 'prospect')]",
            }
        )
        visible = (
            self.env["res.partner"]
            .with_user(self.salesperson)
            .search([("id", "in", (prospect | customer).ids)])
        )
        self.assertEqual(visible, customer)

    def test_temperature_moves_one_step_and_stops_at_the_end(self):
        partner = self._create_prospect()
        names = []
        for _step in range(6):
            partner.action_temperature_up()
            names.append(partner.temperature_id.sequence)
        self.assertEqual(names, [10, 20, 30, 40, 40, 40])
        partner.action_temperature_down()
        self.assertEqual(partner.temperature_id.sequence, 30)

    def test_quotation_form_finds_the_customer_by_its_key(self):
        partner = self._create_prospect()
        card = partner._open_account_card("button", keys={partner.id: "X-777"})
        other = self._create_partner("About X-777 and more")
        found = self.env["res.partner"].name_search("X-777")
        self.assertEqual([pair[0] for pair in found], [partner.id, other.id])
        self.assertEqual(card.account_key, "X-777")
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.env["res.partner"].browse(found[0][0])

    def test_part_of_a_key_finds_the_customer(self):
        partner = self._create_prospect()
        partner._open_account_card("button", keys={partner.id: "X-777-12"})
        found = self.env["res.partner"].search([("display_name", "ilike", "777-1")])
        self.assertEqual(found, partner)

    def test_card_is_found_by_key_and_by_name(self):
        partner = self._create_prospect("Quarry Nord")
        card = partner._open_account_card("button", keys={partner.id: "X-777-12"})
        cards = self.env["crm.cards.account.card"]
        for text in ("777-1", "quarry no", "X-777-12"):
            self.assertEqual(cards.search([("display_name", "ilike", text)]), card)
        self.assertEqual(cards.search([("display_name", "in", ["X-777-12"])]), card)
        card.sudo().active = False
        self.assertFalse(cards.search([("display_name", "ilike", "quarry no")]))
        domain = [("display_name", "ilike", "quarry no"), ("active", "=", False)]
        self.assertEqual(cards.search(domain), card)

    def test_key_is_searchable_by_absence(self):
        partners = self._create_prospect("A") | self._create_prospect("B")
        partners[0]._open_account_card("button")
        domain = [("id", "in", partners.ids)]
        search = self.env["res.partner"].search
        self.assertEqual(search([*domain, ("account_key", "=", False)]), partners[1])
        self.assertEqual(search([*domain, ("account_key", "!=", False)]), partners[0])
        self.assertEqual(
            search([*domain, ("account_card_id", "=", False)]), partners[1]
        )
