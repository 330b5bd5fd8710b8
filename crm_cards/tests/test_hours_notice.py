"""Hours that come to an end: noticed once, told once."""

from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_hours_notice import HoursNoticeCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 12:00:00")
class TestHoursNotice(HoursNoticeCase):
    """What is noticed, and when."""

    def test_first_threshold_is_noticed_by_the_draw_that_reaches_it(self):
        self._buy(20)
        self._log_hours(15.75)
        self.assertEqual(self._kinds(), [])
        self._log_hours(0.25)
        self.assertEqual(self._kinds(), ["low"])
        notice = self.bank.notice_ids
        self.assertEqual((notice.left_hours, notice.state), (4, "waiting"))
        self.assertEqual(notice.date, datetime(2026, 4, 10, 12))
        self.assertEqual(self._get_triggers(), 1)

    def test_used_up_is_noticed_once_and_overdrawn_is_no_news(self):
        self._buy(20)
        self._log_hours(16)
        self._end()
        for hours in (4, 1, 2):
            self._log_hours(hours)
            self.assertEqual(self._kinds(), ["low", "empty"])

    def test_draw_that_passes_both_is_noticed_once(self):
        self._buy(20)
        self._log_hours(25)
        self.assertEqual(self._kinds(), ["empty"])
        self._log_hours(1)
        self.assertEqual(self._kinds(), ["empty"])

    def test_line_that_is_corrected_and_reaches_it_again_is_no_news(self):
        self._buy(20)
        line = self._log_hours(16)
        self._end()
        line.unit_amount = 2
        self._end()
        line.unit_amount = 17
        self.assertEqual(self._kinds(), ["low"])

    def test_percentage_is_that_of_the_company(self):
        self.company.crm_cards_hours_notice_percent = 50
        self._buy(20)
        self._log_hours(9.75)
        self.assertEqual(self._kinds(), [])
        self._log_hours(0.25)
        self.assertEqual(self._kinds(), ["low"])

    def test_zero_switches_the_first_threshold_off(self):
        self.company.crm_cards_hours_notice_percent = 0
        self._buy(20)
        self._log_hours(19.75)
        self.assertEqual(self._kinds(), [])
        self._log_hours(0.25)
        self.assertEqual(self._kinds(), ["empty"])

    def test_new_hours_are_a_new_stock(self):
        self._buy(20)
        self._log_hours(17)
        self._end()
        self._buy(20)
        self.assertEqual(self._kinds(), ["low"])
        # 23 h were there when hours last came in.
        self._log_hours(18.25)
        self.assertEqual(self._kinds(), ["low"])
        self._log_hours(0.25)
        self.assertEqual(self._kinds(), ["low", "low"])
        self._log_hours(5)
        self.assertEqual(self._kinds(), ["low", "low", "empty"])
        self._buy(1)
        self._log_hours(1)
        self.assertEqual(self._kinds(), ["low", "low", "empty", "empty"])

    def test_many_lots_used_up_before_do_not_count(self):
        for _month in range(12):
            self._buy(20)
            self._log_hours(20)
        self._end()
        self._buy(20)
        self._log_hours(15)
        self._end()
        self.assertFalse(self.bank.supply)
        self._log_hours(1)
        self._end()
        self.assertEqual(self.bank.supply, "low")

    def test_hours_that_are_used_by_what_was_beyond_count(self):
        self._log_hours(17)
        self.assertEqual(self._kinds(), [], "nothing has ever come in")
        self._buy(20)
        self.assertEqual(self._kinds(), ["low"])

    def test_only_lots_that_are_valid_today_count(self):
        self._buy(20)
        self._buy(100, date_from="2027-01-01")
        self._log_hours(16)
        self.assertEqual(self._kinds(), ["low"])
        self._log_hours(4)
        self.assertEqual(self._kinds(), ["low", "empty"])

    def test_hours_taken_back_may_use_up_what_is_left(self):
        lot = self._buy(20)
        self._log_hours(10)
        self.assertEqual(self._kinds(), [])
        self.bank._correct(lot, -8 * 60, "Agreed")
        self.assertEqual(self._kinds(), ["low"])

    def test_hours_corrected_upwards_are_a_new_stock(self):
        lot = self._buy(20)
        self._log_hours(16)
        self._end()
        self.bank._correct(lot, 16 * 60, "Agreed")
        self.assertEqual(self._kinds(), ["low"])
        self._log_hours(16)
        self.assertEqual(self._kinds(), ["low", "low"])

    def test_rolling_over_is_neither_used_up_nor_a_new_stock(self):
        self._buy(20, date_to="2026-04-09", is_rolled_over=True)
        self._log_hours(16)
        self._end()
        self.env["crm.cards.hours.bank"]._expire()
        self.assertEqual(self._kinds(), ["low"])
        self._log_hours(4, date="2026-04-10")
        self.assertEqual(self._kinds(), ["low", "empty"])

    def test_expiry_uses_up(self):
        self._buy(20, date_to="2026-04-09")
        self.env["crm.cards.hours.bank"]._expire()
        self.assertEqual(self._kinds(), ["empty"])

    def test_closed_banks_are_left_alone(self):
        self._buy(20)
        self._log_hours(17)
        self.bank.action_close()
        self.assertEqual(self._kinds(), [])

    def test_what_is_rolled_back_is_not_noticed(self):
        self._buy(20)
        self._end()
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self._log_hours(17)
            raise ValueError
        self.assertEqual(self._kinds(), [])

    def test_people_who_may_not_see_banks_draw_and_it_is_noticed(self):
        self._buy(20)
        self._log_hours(17, user=self.employee)
        self.assertEqual(self._kinds(), ["low"])

    def test_hours_are_logged_without_the_scheduled_action(self):
        self.env.ref("crm_cards.ir_cron_crm_cards_hours_notice_tell").unlink()
        self._buy(20)
        self._log_hours(17)
        self.assertEqual(self._kinds(), ["low"])

    # -- days --

    def _notice(self, moment="2026-04-10 12:00:00"):
        with freeze_time(moment):
            self.notices._cron_notice()
            self.env.flush_all()

    def test_end_is_noticed_so_many_days_before(self):
        self._buy(20, date_to="2026-05-10")
        self._notice("2026-04-09 12:00:00")
        self.assertEqual(self._kinds(), [])
        for day in ("10", "11", "30"):
            self._notice(f"2026-04-{day} 12:00:00")
            self.assertEqual(self._kinds(), ["ending"])
        notice = self.bank.notice_ids
        self.assertEqual((notice.left_hours, str(notice.date_end)), (20, "2026-05-10"))

    def test_days_are_those_of_the_company_and_zero_is_none(self):
        self._buy(20, date_to="2026-04-15")
        self.company.crm_cards_hours_notice_days = 0
        self._notice()
        self.assertEqual(self._kinds(), [])
        self.company.crm_cards_hours_notice_days = 4
        self._notice()
        self.assertEqual(self._kinds(), [])
        self.company.crm_cards_hours_notice_days = 5
        self._notice()
        self.assertEqual(self._kinds(), ["ending"])

    def test_day_begins_on_the_clock_of_the_customer(self):
        self._buy(20, date_to="2026-05-10")
        for zone, moment in (
            ("Asia/Jerusalem", "2026-04-09 21:00:00"),
            ("America/New_York", "2026-04-10 04:00:00"),
            ("Pacific/Kiritimati", "2026-04-09 10:00:00"),
        ):
            with self.subTest(zone), self.env.cr.savepoint() as savepoint:
                self.customer.tz = zone
                midnight = datetime.fromisoformat(moment)
                self._notice(str(midnight - timedelta(seconds=1)))
                self.assertEqual(self._kinds(), [])
                self._notice(moment)
                self.assertEqual(self._kinds(), ["ending"])
                savepoint.rollback()

    def test_without_a_zone_that_of_the_company_counts(self):
        self.customer.tz = False
        self.company.partner_id.tz = "Asia/Jerusalem"
        self._buy(20, date_to="2026-05-10")
        self._notice("2026-04-09 20:59:59")
        self.assertEqual(self._kinds(), [])
        self._notice("2026-04-09 21:00:00")
        self.assertEqual(self._kinds(), ["ending"])

    def test_last_lot_with_hours_decides(self):
        self._buy(20, date_to="2026-04-20")
        later = self._buy(20, date_to="2026-12-31")
        self._notice()
        self.assertEqual(self._kinds(), [])
        self.bank._correct(later, -20 * 60, "Agreed")
        self._notice()
        self.assertEqual(self._kinds(), ["ending"])

    def test_hours_that_last_for_ever_or_are_rolled_over_do_not_end(self):
        for values in ({}, {"date_to": "2026-04-20", "is_rolled_over": True}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self._buy(20, date_to="2026-04-20")
                self._buy(20, **values)
                self._notice()
                self.assertEqual(self._kinds(), [])
                savepoint.rollback()

    def test_extended_lot_is_noticed_again_before_its_new_end(self):
        lot = self._buy(20, date_to="2026-04-20")
        self._notice()
        lot.date_to = "2026-06-30"
        self._notice()
        self.assertEqual(self._kinds(), ["ending"])
        self._notice("2026-06-10 12:00:00")
        self.assertEqual(self._kinds(), ["ending", "ending"])

    def test_lot_that_begins_is_a_new_stock(self):
        self._buy(20)
        self._buy(5, date_from="2026-04-20")
        self._log_hours(20)
        self.assertEqual(self._kinds(), ["empty"])
        self._notice("2026-04-20 12:00:00")
        self.assertEqual(self._kinds(), ["empty"])
        with freeze_time("2026-04-20 12:00:00"):
            self._log_hours(3.75, date="2026-04-20")
            self.assertEqual(self._kinds(), ["empty"])
            self._log_hours(0.25, date="2026-04-20")
            self.assertEqual(self._kinds(), ["empty", "low"])

    def test_scheduled_action_notices_what_no_draw_has(self):
        self._buy(20)
        self._log_hours(10)
        self.assertEqual(self._kinds(), [])
        self.company.crm_cards_hours_notice_percent = 50
        for _run in range(2):
            self._notice()
            self.assertEqual(self._kinds(), ["low"])
        self.assertEqual(self._get_triggers(), 1)

    def test_scheduled_action_commits_after_each_batch(self):
        for partner in (self.customer, self.other_customer):
            self._buy(1, self._create_bank(partner), date_to="2026-04-20")
        self._end()
        steps = []
        cron = type(self.env["ir.cron"])
        path = "odoo.addons.crm_cards.models.hours.crm_cards_hours_notice._BATCH"
        with (
            patch(path, 1),
            patch.object(
                cron, "_commit_progress", lambda _self, *args, **_kw: steps.append(args)
            ),
        ):
            self.notices._cron_notice()
        # Without time left after the first batch, the next run goes on.
        self.assertEqual(len(steps), 2)
        self.notices._cron_notice()
        self.assertGreaterEqual(self.notices.search_count([("kind", "=", "ending")]), 2)

    @mute_logger("odoo.sql_db")
    def test_database_keeps_one_for_an_event(self):
        self._buy(20)
        self._log_hours(17)
        self._end()
        notice = self.bank.notice_ids.sudo()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            notice.copy({"key": notice.key, "date": notice.date})
            self.env.flush_all()

    # -- cost --

    def test_draw_far_from_the_end_costs_nothing(self):
        self._buy(20)
        self._end()
        self._log_hours(1)
        self.assertFalse(self.env.cr.precommit.data)

    def test_any_number_of_draws_near_the_end_cost_one_query(self):
        banks = self.bank
        for index in range(10):
            banks |= self._create_bank(self._create_customer(f"Customer {index}"))
        for bank in banks:
            self._buy(20, bank)
        self._log_hours(17)
        self._end()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["crm.cards.hours.bank"]._notice_later(banks.ids)
            self.env.cr.precommit.run()

    def test_list_asks_once_for_all_banks(self):
        banks = self.bank
        for index in range(10):
            banks |= self._create_bank(self._create_customer(f"Customer {index}"))
        for bank in banks:
            self._buy(20, bank, date_to="2026-04-20")
        self._end()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.assertTrue(all(banks.mapped("ends_soon")))


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 12:00:00")
class TestHoursNoticeTell(HoursNoticeCase):
    """Who is told, and what the screens show."""

    def setUp(self):
        super().setUp()
        self._buy(20)
        self._log_hours(17)

    def test_salesperson_of_the_customer_gets_an_activity_once(self):
        for _run in range(2):
            self._tell()
        [activity] = self.bank.activity_ids
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("crm_cards.mail_activity_type_hours_renewal"),
        )
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertIn("Running low", activity.summary)
        self.assertIn("3:00", activity.note)
        notice = self.bank.notice_ids
        self.assertEqual((notice.state, notice.user_id), ("told", self.salesperson))
        self.assertFalse(notice.is_mailed)

    def test_without_a_salesperson_whom_the_company_has_chosen(self):
        self.customer.user_id = False
        self.company.crm_cards_hours_notice_user_id = self.technician
        self._tell()
        self.assertEqual(self.bank.activity_ids.user_id, self.technician)

    def test_without_anybody_the_first_manager_of_hours(self):
        self.customer.user_id = False
        self._tell()
        user = self.bank.activity_ids.user_id
        self.assertTrue(user.has_group("crm_cards.crm_cards_group_hours_manager"))
        self.assertIn(self.company, user.company_ids)

    def test_salesperson_who_may_not_see_the_bank_is_passed_over(self):
        self.company.crm_cards_hours_notice_user_id = self.hours_manager
        away = self.env["res.company"].create({"name": "Away"})
        for values in (
            {"group_ids": [(6, 0, self.env.ref("base.group_user").ids)]},
            {"company_ids": [(6, 0, away.ids)], "company_id": away.id},
            {"active": False},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.salesperson.write(values)
                self._tell()
                self.assertEqual(self.bank.activity_ids.user_id, self.hours_manager)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_failure_is_written_down_and_told_again_by_hand(self):
        group = self.env.ref("crm_cards.crm_cards_group_hours_manager")
        self.customer.user_id = False
        path = (
            "odoo.addons.crm_cards.models.hours.crm_cards_hours_notice."
            "HoursBank._get_notice_user"
        )
        with (
            patch(path, side_effect=ValidationError("Nobody")),
            mute_logger("odoo.addons.crm_cards.models.hours.crm_cards_hours_notice"),
        ):
            self._tell()
        notice = self.bank.notice_ids
        self.assertEqual((notice.state, notice.error), ("failed", "Nobody"))
        self.assertFalse(self.bank.activity_ids)
        with self.assertRaises(AccessError):
            notice.with_user(self.technician).action_tell_again()
        self.assertIn(self.hours_manager, group.all_user_ids)
        notice.with_user(self.hours_manager).action_tell_again()
        self._tell()
        self.assertEqual(notice.state, "told")
        self.assertEqual(len(self.bank.activity_ids), 1)
        # What was told is not told again, whoever asks.
        notice.with_user(self.hours_manager).action_tell_again()
        self.assertEqual(notice.state, "told")

    def test_one_that_fails_does_not_stop_the_next(self):
        other = self._create_bank(self.other_customer)
        self._buy(1, other)
        self._log_hours(1, project_id=self.other_project.id)
        self._end()
        with mute_logger("odoo.addons.crm_cards.models.hours.crm_cards_hours_notice"):
            model = type(self.bank)
            plan = model._get_notice_user
            with patch.object(
                model,
                "_get_notice_user",
                lambda bank: plan(bank) if bank == other else 1 / 0,
            ):
                self._tell()
        self.assertEqual(self.bank.notice_ids.state, "failed")
        self.assertEqual(other.notice_ids.state, "told")

    # -- the customer --

    def _find_mails(self):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "crm.cards.hours.notice"),
                ("res_id", "in", self.bank.notice_ids.ids),
            ]
        )

    def test_customer_hears_of_it_if_he_is_to(self):
        self.customer.write({"email": "l@levi.example.com", "card_hours_notice": True})
        for _run in range(2):
            self._tell()
        [mail] = self._find_mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("run low", mail.body_html)
        self.assertIn("3:00", mail.body_html)
        self.assertIn('dir="auto"', mail.body_html)
        self.assertTrue(self.bank.notice_ids.is_mailed)

    def test_customer_hears_nothing_by_default(self):
        self.customer.email = "l@levi.example.com"
        self._tell()
        self.assertFalse(self._find_mails())

    def test_customer_without_an_address_does_not_keep_us_from_hearing(self):
        self.customer.write({"email": False, "card_hours_notice": True})
        self._tell()
        notice = self.bank.notice_ids
        self.assertEqual((notice.state, notice.is_mailed), ("told", False))
        self.assertIn("no e-mail address", notice.error)
        self.assertEqual(len(self.bank.activity_ids), 1)

    def test_mail_says_what_has_happened(self):
        self.customer.write({"email": "l@levi.example.com", "card_hours_notice": True})
        self._log_hours(3)
        self.bank.notice_ids.sudo().unlink()
        self._buy(2, date_to="2026-04-20")
        self.notices._cron_notice()
        self._log_hours(2)
        self._tell()
        bodies = self._find_mails().sorted("id").mapped("body_html")
        self.assertEqual(len(bodies), 2)
        self.assertIn("04/20/2026", bodies[0])
        self.assertIn("used up", bodies[1])

    # -- screens --

    def test_banks_are_found_by_their_supply(self):
        empty = self._create_bank(self.other_customer)
        self._buy(5, empty)
        self._log_hours(5, project_id=self.other_project.id)
        full = self._create_bank(self._create_customer("Third"))
        self._buy(5, full, date_to="2026-04-20")
        never = self._create_bank(self._create_customer("Fourth"))
        banks = self.bank + empty + full + never
        self.assertEqual(banks.mapped("supply"), ["low", "empty", False, False])
        self.assertEqual(banks.mapped("ends_soon"), [False, False, True, False])
        among = [("id", "in", banks.ids)]
        for condition, found in (
            (("supply", "=", "low"), self.bank),
            (("supply", "=", "empty"), empty),
            (("supply", "in", ["low", "empty"]), self.bank + empty),
            (("supply", "=", False), full + never),
            (("supply", "!=", False), self.bank + empty),
            (("supply", "!=", "low"), empty + full + never),
            (("ends_soon", "=", True), full),
            (("ends_soon", "=", False), self.bank + empty + never),
            (("ends_soon", "!=", False), full),
        ):
            with self.subTest(condition):
                domain = [*among, condition]
                self.assertEqual(banks.search(domain), found)
                self.assertEqual(banks.filtered_domain(domain), found)

    def test_supply_follows_the_day_and_what_is_written(self):
        lot = self._buy(5)
        self.assertFalse(self.bank.ends_soon)
        lot.date_to = self.bank.lot_ids.date_to = "2026-04-20"
        self.assertTrue(self.bank.ends_soon)
        self.assertEqual(str(self.bank.date_end), "2026-04-20")

    def test_new_bank_on_the_screen_has_no_supply(self):
        with Form(self.env["crm.cards.hours.bank"]) as form:
            form.partner_id = self.other_customer
            self.assertFalse(form.supply)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_notices(self):
        self._end()
        notice = self.bank.notice_ids
        for user in (self.salesperson, self.hours_manager, self.administrator):
            with self.subTest(user=user.login):
                notices = notice.with_user(user)
                self.assertEqual(notices.kind, "low")
                for call in (
                    lambda one: one.write({"state": "told"}),
                    lambda one: one.unlink(),
                    lambda one: one.create({"bank_id": one.bank_id.id}),
                ):
                    with self.assertRaises(AccessError):
                        call(notices)

    def test_notices_of_other_companies_are_hidden(self):
        self._end()
        company = self.env["res.company"].create({"name": "Away"})
        user = self._create_user("hours_away", "crm_cards.crm_cards_group_user")
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        notices = self.notices.with_user(user).sudo(False)
        self.assertFalse(notices.search([("bank_id", "=", self.bank.id)]))

    def test_settings_take_sane_numbers_only(self):
        settings = self.env["crm.cards.settings"].with_user(self.administrator)
        with Form(settings) as form:
            self.assertEqual(form.crm_cards_hours_notice_percent, 80)
            self.assertEqual(form.crm_cards_hours_notice_days, 30)
            form.crm_cards_hours_notice_percent = 70
            form.crm_cards_hours_notice_user_id = self.hours_manager
        form.record.action_save()
        self.assertEqual(self.company.crm_cards_hours_notice_percent, 70)
        self.assertEqual(
            self.company.crm_cards_hours_notice_user_id, self.hours_manager
        )
        for fname, value in (
            ("crm_cards_hours_notice_percent", 100),
            ("crm_cards_hours_notice_percent", -1),
            ("crm_cards_hours_notice_days", 366),
        ):
            with self.subTest(fname), self.assertRaises(ValidationError):
                settings.create({fname: value})
