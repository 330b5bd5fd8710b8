from odoo.tests import HttpCase, tagged

from .common_project import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectTour(ProjectCase, HttpCase):
    """The screens of projects in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")
        cls.manager.group_ids += cls.env.ref("crm_cards.crm_cards_group_user")
        cls.manager.password = cls.manager.login

        cls.part = cls._create_project("Machines", cls.project)
        cls._log(cls.part, 2.5)

    def test_customer_shows_projects_and_hours(self):
        self.start_tour(
            f"/odoo/cards-customers/{self.customer.id}",
            "crm_cards_project_customer",
            login=self.manager.login,
        )

    def test_project_is_dragged_over_the_matrix(self):
        self.start_tour("/odoo", "crm_cards_project_matrix", login=self.manager.login)
        self.assertRecordValues(
            self.part, [{"card_importance": "2", "card_urgency": "2"}]
        )
        self.assertRecordValues(
            self.project, [{"card_importance": "1", "card_urgency": "1"}]
        )
