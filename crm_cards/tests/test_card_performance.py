"""The number of queries does not grow with the number of records."""

from contextlib import ExitStack
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common import CardsCase

_LIST_FIELDS = [
    "display_name",
    "phone",
    "email",
    "customer_kind",
    "account_key",
    "card_state",
    "main_account",
    "customer_status_id",
    "customer_type_id",
    "temperature_id",
    "source_id",
    "user_id",
    "date_next_contact",
    "create_date",
    "write_date",
]
_PAGE = 80


@tagged("post_install", "-at_install")
class TestCardPerformance(CardsCase):
    def _create_partners(self, count, prefix="Many"):
        return self.env["res.partner"].create(
            [
                {"name": f"{prefix} {index}", "is_company": True, "phone": "03-1"}
                for index in range(count)
            ]
        )

    def _count(self, function):
        """Return how many queries the call costs, with nothing in the caches."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        self.env.cr.flush()  # tracking is written here
        return self.env.cr.sql_log_count - before

    def _assert_flat(self, measure, small=3, large=30):
        """Assert that ``measure(size)`` returns one number, whatever the size."""
        measure(1)  # fills the caches of the registry
        self.assertEqual(measure(large), measure(small))

    # -- reading --

    def _read_page(self, partners):
        specification = {
            fname: {"fields": {"display_name": {}}} if fname.endswith("_id") else {}
            for fname in _LIST_FIELDS
        }
        page = (
            self.env["res.partner"]
            .with_user(self.salesperson)
            .web_search_read([("id", "in", partners.ids)], specification, limit=_PAGE)
        )
        self.assertEqual(len(page["records"]), min(len(partners), _PAGE))

    def _create_mixed(self, count):
        partners = self._create_partners(count)
        partners[::2]._open_account_card("button")
        partners[1::2]._make_prospect("new")
        partners.user_id = self.salesperson
        partners.customer_status_id = self.env["crm.cards.customer.status"].search(
            [], limit=1
        )
        return partners

    def test_first_page_of_customers(self):
        def measure(size):
            partners = self._create_mixed(size)
            return self._count(lambda: self._read_page(partners))

        # a full page is counted as well
        self._assert_flat(measure, large=_PAGE - 1)

    def test_kind_and_key_of_a_page_cost_three_queries_more(self):
        partners = self._create_mixed(_PAGE)

        def reader(*fnames):
            return lambda: partners.with_user(self.salesperson).read(
                ["display_name", "phone", *fnames]
            )

        for read in (reader(), reader("customer_kind", "account_key")):
            read()
        plain = self._count(reader())
        ours = self._count(reader("customer_kind", "account_key", "card_state"))
        self.assertLessEqual(ours, plain + 3)

    def test_figures_of_a_page_of_cards(self):
        def measure(size):
            cards = self._create_partners(size)._open_account_card("button")
            fnames = ["balance", "overdue", "date_last_invoice", "date_last_payment"]
            return self._count(lambda: cards.read(fnames))

        self._assert_flat(measure)

    # -- writing shared data --

    def _write_phone(self, records):
        logged = records.with_context(tracking_disable=False)
        return self._count(lambda: logged.write({"phone": "03-7654321"}))

    def test_phone_costs_the_same_on_customers_as_on_others(self):
        size = 20
        self._write_phone(self._create_partners(1))
        self._write_phone(self._create_partners(1)._open_account_card("button"))
        plain = self._write_phone(self._create_partners(size))
        partners = self._create_partners(size)
        cards = partners._open_account_card("button")
        on_partners = self._write_phone(partners)
        partners.write({"phone": "03-1"})
        through_cards = self._write_phone(cards)
        self.assertEqual(partners.mapped("phone"), ["03-7654321"] * size)
        self.assertEqual(on_partners, plain)
        self.assertLessEqual(through_cards, plain + 2)

    # -- converting --

    def test_converting(self):
        def measure(size):
            partners = self._create_partners(size)
            partners._make_prospect("new")
            return self._count(partners.action_convert_to_customer)

        self._assert_flat(measure)

    def test_making_prospects(self):
        def measure(size):
            partners = self._create_partners(size)
            return self._count(lambda: partners._make_prospect("new"))

        self._assert_flat(measure)

    def test_making_prospects_one_by_one(self):
        """Leads get their customers like this, when Odoo converts many of them."""

        def measure(size):
            partners = self._create_partners(size)

            def make():
                for partner in partners:
                    partner.with_prefetch()._make_prospect("new")

            return self._count(make)

        measure(1)
        # The partner, what kind it is so far, and the fact.
        self.assertEqual(measure(30) - measure(10), 20 * 3)

    def test_leads_and_quotations_of_many_partners(self):
        """Each fact keeps its own document, at a constant price."""

        def measure(model, size):
            partners = self._create_partners(size)
            vals_list = [
                {"partner_id": partner.id, "name": f"Of {partner.name}"}
                for partner in partners
            ]
            spent = self._count_ours(
                partners,
                [(model, "_make_partners_prospects")],
                lambda: self.env[model].create(vals_list),
            )
            for fact in partners.prospect_ids:
                document = fact.lead_id or fact.order_id
                self.assertEqual(document.partner_id, fact.partner_id)
            self.assertEqual(len(partners.prospect_ids), size)
            return spent

        for model in ("crm.lead", "sale.order"):
            with self.subTest(model=model):
                self._assert_flat(lambda size, model=model: measure(model, size))

    # -- posting and confirming --

    def _count_ours(self, records, names, function):
        """Return how many queries our own part of a call costs."""
        spent = []

        def counting(original):
            def method(documents, *args, **kwargs):
                before = documents.env.cr.sql_log_count
                result = original(documents, *args, **kwargs)
                spent.append(documents.env.cr.sql_log_count - before)
                return result

            return method

        self.env.flush_all()
        self.env.invalidate_all()
        # Whose call it is, Odoo's part finds out first or not, as its own caches are.
        self.env.user.read(["company_id", "tz"])
        with ExitStack() as stack:
            for model, name in names:
                cls = type(self.env[model])
                stack.enter_context(
                    patch.object(cls, name, counting(getattr(cls, name)))
                )
            function()
        self.assertTrue(spent, "our part was not called")
        return sum(spent)

    def _create_invoices(self, partners):
        return self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-03-01",
                    "invoice_line_ids": [
                        Command.create({"name": "Work", "price_unit": 1, "tax_ids": []})
                    ],
                }
                for partner in partners
            ]
        )

    def _measure_posting(self, partners):
        invoices = self._create_invoices(partners)
        names = [
            ("account.move", "_check_cards_open"),
            ("account.move", "_convert_prospects"),
            ("account.move.line", "_open_cards_of_postings"),
        ]
        return self._count_ours(invoices, names, invoices.action_post)

    def test_posting_invoices_of_customers(self):
        def measure(size):
            partners = self._create_partners(size)
            partners._open_account_card("button")
            return self._measure_posting(partners)

        self._assert_flat(measure, large=15)

    def test_posting_invoices_of_prospects(self):
        def measure(size):
            partners = self._create_partners(size)
            partners._make_prospect("new")
            return self._measure_posting(partners)

        self._assert_flat(measure, large=15)

    def test_posting_invoices_of_nobody_s_partners(self):
        self._assert_flat(
            lambda size: self._measure_posting(self._create_partners(size)), large=15
        )

    def test_confirming_orders_of_prospects(self):
        def measure(size):
            orders = self.env["sale.order"].union(
                *(
                    self._create_order(partner)
                    for partner in self._create_partners(size)
                )
            )
            names = [("sale.order", "_bind_customers")]
            return self._count_ours(orders, names, orders.action_confirm)

        self._assert_flat(measure, large=15)
