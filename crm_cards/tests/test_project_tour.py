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

    def test_project_is_dragged_over_the_matrix(self):
        part = self._create_project("Machines", self.project)
        self._log(part, 2.5)
        self.start_tour("/odoo", "crm_cards_project_matrix", login=self.manager.login)
        self.assertRecordValues(
            part, [{"card_importance": "2", "card_urgency": "2"}]
        )
        self.assertRecordValues(
            self.project, [{"card_importance": "1", "card_urgency": "1"}]
        )
