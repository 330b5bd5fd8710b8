from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from .common_hours import HoursCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursCorrect(HoursCase):
    """Hours are corrected by hand, with a reason."""

    def _open(self, bank=None, user=None):
        dialogs = self.env["crm.cards.hours.correct"].with_user(
            user or self.hours_manager
        )
        bank = bank or self.bank
        return Form(dialogs.with_context(default_bank_id=bank.id))

    def _read_last(self):
        entry = self.bank.entry_ids.sorted("id")[-1]
        return entry.kind, entry.lot_id, entry.hours, entry.date, entry.reason

    def test_hours_are_taken_from_the_lot(self):
        lot = self._buy(10)
        dialog = self._open()
        self.assertEqual(dialog.lot_id, lot)
        self.assertEqual((dialog.left_before, dialog.left_after), (10, 10))
        dialog.hours = -1.5
        dialog.date = "2026-03-02"
        self.assertEqual(dialog.left_after, 8.5)
        self.assertIn("1:30 h are taken", dialog.effect)
        dialog.reason = "Counted twice"
        self.assertBalances(self.bank, left=10)
        dialog.save().action_correct()
        self.assertEqual(
            self._read_last(),
            ("correction", lot, -1.5, date(2026, 3, 2), "Counted twice"),
        )
        self.assertBalances(self.bank, bought=8.5, left=8.5)

    def test_hours_are_added_to_a_lot_and_settle(self):
        lot = self._buy(1)
        self._log_hours(3)
        dialog = self._open()
        dialog.lot_id = lot
        dialog.hours = 1.5
        self.assertEqual((dialog.left_before, dialog.left_after), (-2, -0.5))
        dialog.reason = "Promised on the phone"
        dialog.save().action_correct()
        self.assertBalances(self.bank, left=-0.5, beyond=0.5)

    def test_without_a_lot_hours_are_taken_from_what_expires_first(self):
        later = self._buy(2, date_to="2026-12-31")
        sooner = self._buy(1, date_to="2026-06-30")
        over = self._buy(5, date_to="2026-03-09")
        dialog = self._open()
        self.assertFalse(dialog.lot_id)
        dialog.hours = -1.5
        dialog.reason = "Wrong quantity"
        dialog.save().action_correct()
        self.assertEqual(
            self._list_entries(kind="correction"),
            [("correction", sooner, -1), ("correction", later, -0.5)],
        )
        self.assertEqual(over.left_hours, 5)
        dialog = self._open()
        dialog.hours = -2
        self.assertIn("1:30 h", dialog.refusal)

    def test_without_a_lot_hours_are_added_as_a_new_one(self):
        self._buy(1, date_to="2026-04-30")
        dialog = self._open()
        dialog.lot_id = self.env["crm.cards.hours.lot"]
        dialog.hours = 0.5
        self.assertIn("a new lot", dialog.effect)
        dialog.reason = "Sorry for the delay"
        dialog.save().action_correct()
        lot = self.bank.lot_ids.sorted("id")[-1]
        self.assertEqual(
            (lot.kind, lot.hours, lot.date_to, lot.name),
            ("corrected", 0.5, False, "Sorry for the delay"),
        )
        self.assertEqual(
            self._read_last(),
            ("correction", lot, 0.5, date(2026, 3, 10), "Sorry for the delay"),
        )
        self.assertBalances(self.bank, left=1.5)

    def test_what_makes_no_sense_is_said_before_saving(self):
        lot = self._buy(10)
        over = self._buy(1, date_from="2026-01-01", date_to="2026-02-28")
        for vals, said in (
            ({"hours": 1_000_001}, "^Hours to add or take: "),
            ({"hours": float("inf")}, "^Hours to add or take: "),
            ({"hours": -10.5}, "^Hours to add or take: .*10:00 h"),
            ({"date": "2026-03-11"}, "^Date: .*2026-01-01 and 2026-03-10"),
            ({"date": "2025-12-31"}, "^Date: "),
            ({"lot_id": False, "date": "0026-03-01"}, "^Date: "),
            ({"lot_id": over.id}, "^Lot: .*over"),
            ({"lot_id": self._buy_elsewhere().id}, "^Lot: "),
        ):
            dialog = self.env["crm.cards.hours.correct"].with_user(self.hours_manager)
            dialog = dialog.create(
                {
                    "bank_id": self.bank.id,
                    "lot_id": lot.id,
                    "hours": 1,
                    "reason": "Some good reason",
                    **vals,
                }
            )
            with self.subTest(vals=vals):
                self.assertRegex(dialog.refusal, said)
                self.assertEqual(dialog.left_before, dialog.left_after)
                with self.assertRaisesRegex(UserError, said):
                    dialog.action_correct()
        self.assertBalances(self.bank, left=11)

    def _buy_elsewhere(self):
        return self._buy(1, self._create_bank(self.other_customer))

    def test_nothing_is_no_correction(self):
        self._buy(10)
        dialog = self._open()
        self.assertFalse(dialog.refusal)
        dialog.reason = "Some good reason"
        with self.assertRaisesRegex(UserError, "^Hours to add or take: "):
            dialog.save().action_correct()

    def test_reason_takes_some_words(self):
        self._buy(10)
        dialog = self._open()
        dialog.hours = 1
        for reason in (" x ", "."):
            dialog.reason = reason
            with (
                self.subTest(reason),
                self.assertRaisesRegex(ValidationError, "^Reason: "),
            ):
                dialog.save().action_correct()

    def test_closed_bank_is_not_corrected(self):
        self._buy(10)
        dialog = self._open()
        self.bank.action_close()
        dialog.hours = 1
        self.assertIn("is closed", dialog.refusal)
        dialog.reason = "Some good reason"
        with self.assertRaises(HoursRefusedError):
            dialog.save().action_correct()
        self.assertBalances(self.bank, left=10)

    def test_lot_that_begins_later_is_corrected_on_its_first_day(self):
        lot = self._buy(10, date_from="2026-06-01")
        dialog = self._open()
        self.assertEqual(dialog.lot_id, lot)
        dialog.hours = -1
        self.assertIn("2026-06-01 and 2026-06-01", dialog.refusal)
        dialog.date = "2026-06-01"
        dialog.reason = "Wrong quantity"
        dialog.save().action_correct()
        self.assertEqual(lot.left_hours, 9)

    def test_lot_of_corrected_hours_needs_its_reason(self):
        with self.assertRaisesRegex(ValidationError, "^Description: "):
            self._buy(1, kind="corrected")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_managers_of_hours_correct(self):
        self._buy(10)
        vals = {"bank_id": self.bank.id, "hours": 1, "reason": "Some good reason"}
        for user in (self.technician, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["crm.cards.hours.correct"].with_user(user).create(vals)
        # of another company
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.hours_manager.write(
            {"company_id": other.id, "company_ids": [(6, 0, other.ids)]}
        )
        dialog = self.env["crm.cards.hours.correct"].with_user(self.hours_manager)
        dialog = dialog.create(vals)
        self.assertEqual((dialog.left_before, dialog.effect), (0, False))
        with self.assertRaises(AccessError):
            dialog.action_correct()
        self.assertBalances(self.bank, left=10)
