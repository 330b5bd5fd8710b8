from odoo.tests import tagged

from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestTicketScreens(TicketCase):
    """What the screens of tickets ask the server for."""

    def test_views_load_for_each_role(self):
        for model, kinds in _VIEWS.items():
            for user in (self.technician, self.service_manager, self.salesperson):
                for kind in kinds.split():
                    with self.subTest(model=model, kind=kind, user=user.login):
                        view = self.env[model].with_user(user).get_view(view_type=kind)
                        self.assertTrue(view["arch"])


_VIEWS = {
    "crm.cards.ticket": "form list kanban search calendar activity pivot graph",
    "crm.cards.department": "form list kanban search",
    "crm.cards.ticket.type": "form list search",
    "crm.cards.ticket.stage": "form list search",
    "crm.cards.ticket.tag": "list search",
}
