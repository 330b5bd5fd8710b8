from datetime import datetime

from .common_activity import ActivityCase

START = datetime(2030, 7, 9, 8)
STOP = datetime(2030, 7, 9, 10)


class ActivityCalendarCase(ActivityCase):
    """Tasks that may be ticked for the calendar, and what stands there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.task_type.card_to_calendar = "ask"

    def _tick(self, user=None, **values):
        return self._plan(
            user=user or self.own_agent,
            **{
                "card_on_calendar": True,
                "card_start": START,
                "card_stop": STOP,
                **values,
            },
        )

    def _events(self, **domain):
        return (
            self.env["calendar.event"]
            .with_context(active_test=False)
            .search(
                [
                    ("name", "=", "Do"),
                    *((name, "=", value) for name, value in domain.items()),
                ]
            )
        )

    def _meet(self, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Do",
                "start": START,
                "stop": STOP,
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                **values,
            }
        )
