"""Long files: the same queries for more rows, and work in the background."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.card import crm_cards_accounts_import
from .common_import import ImportCase
from .common_import_products import PRODUCT_HEADER, ProductImportCase


@tagged("post_install", "-at_install")
class TestImportScale(ImportCase):
    """Four times the rows, the same queries."""

    def _rows(self, count, prefix, city="Lod"):
        return [
            ["Key", "Name", "Email", "Phone", "City", "Main account", "Credit limit"],
            *(
                [
                    f"{prefix}{i:05}",
                    f"{prefix} {i}",
                    f"{prefix}{i}@example.com",
                    f"03-6{i:06}",
                    f"{city} {i}",
                    "customers",
                    f"{100 + i}",
                ]
                for i in range(count)
            ),
        ]

    def _measure(self, count, prefix):
        return self._count_import_queries(
            *(self._rows(count, prefix, city) for city in ("Lod", "Haifa"))
        )

    def test_queries_do_not_grow_with_rows(self):
        self._measure(3, "W")  # warm the caches
        few = self._measure(100, "F")
        many = self._measure(400, "M")
        self.assertQueriesDoNotGrow(few, many, spare=3 * 12)


@tagged("post_install", "-at_install")
class TestImportProductsScale(ProductImportCase):
    """Ten times the rows, the same queries."""

    def _rows(self, count, prefix, year):
        return [
            PRODUCT_HEADER,
            *(
                [
                    f"3070{i % 2}",
                    "LP-1",
                    f"{prefix}{i}",
                    str(1 + i),
                    "2026-03-01",
                    f"{year}-01-{1 + i % 28:02}",
                    f"Note {year} {i}",
                ]
                for i in range(count)
            ),
        ]

    def _measure(self, count, prefix):
        return self._count_import_queries(
            *(self._rows(count, prefix, year) for year in (2027, 2028))
        )

    def test_queries_do_not_grow_with_rows(self):
        self._measure(3, "W")  # warm the caches
        few = self._measure(20, "F")
        many = self._measure(200, "M")
        self.assertQueriesDoNotGrow(few, many, spare=12)

    def test_long_work_is_done_in_the_background(self):
        self.patch(crm_cards_accounts_import, "LONG_ROWS", 0)
        products_import = self._preview([["Key", "Product"], ["30700", "LP-1"]])
        products_import.action_apply()
        self.assertEqual(products_import.job, "apply")
        self._run_cron()
        self.assertEqual(products_import.state, "applied")
        self.assertEqual(self._of(self.customer).create_uid, self.service_manager)


@tagged("post_install", "-at_install")
class TestImportBackground(ImportCase):
    """Long files are worked on by the scheduled action."""

    def setUp(self):
        super().setUp()
        self.patch(crm_cards_accounts_import, "LONG_ROWS", 0)
        self.patch(crm_cards_accounts_import, "LONG_FILE_BYTES", 0)

    def test_long_work_is_queued_and_done(self):
        accounts_import = self._create_import([["Key", "Name"], ["30900", "Levi"]])
        accounts_import.action_read()
        accounts_import.action_preview()
        self.assertEqual(
            (accounts_import.job, accounts_import.state), ("preview", "mapped")
        )
        self.assertIn("Waiting", accounts_import.job_stage)
        with self.assertRaisesRegex(UserError, "in the background"):
            accounts_import.action_preview()
        self._run_cron()
        self.assertEqual(
            (accounts_import.job, accounts_import.state), (False, "previewed")
        )
        accounts_import.action_apply()
        self._run_cron()
        self.assertEqual(accounts_import.state, "applied")
        card = self._partner("Levi").account_card_ids
        self.assertEqual(
            card.opened_by_id, self.accountant, "done as the user who asked"
        )

    def test_failure_in_the_background_is_told(self):
        accounts_import = self._create_import([["Key", "Name"], ["30900", "Levi"]])
        accounts_import.action_read()
        accounts_import.file_name = "x"
        accounts_import.action_preview()
        self._run_cron()
        accounts_import.action_apply()
        self.accountant.group_ids = self.env.ref("base.group_user")
        self._run_cron()
        accounts_import = accounts_import.sudo()
        self.assertEqual(
            (accounts_import.job, accounts_import.state), (False, "previewed")
        )
        self.assertTrue(accounts_import.job_error)
        self.assertFalse(self._partner("Levi"))
