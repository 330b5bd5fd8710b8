from .common import CardsCase


class ActivityCase(CardsCase):
    """Customers with activities, and colleagues with each scope of activities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("project.group_project_manager")
        for scope in ("own", "team", "all"):
            user = cls._create_user(
                login=f"activity_{scope}",
                groups="sales_team.group_sale_salesman_all_leads,"
                f"crm_cards.crm_cards_group_activity_{scope}",
                tz="Europe/Warsaw",
            )
            setattr(cls, f"{scope}_agent", user)
        cls.customer = cls.env["res.partner"].create(
            {"name": "Levi Printing", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana Levi", "parent_id": cls.customer.id}
        )
        cls.call_type = cls.env.ref("mail.mail_activity_data_call")
        cls.visit_type = cls.env.ref("crm_cards.mail_activity_type_visit")
        cls.task_type = cls.env.ref("crm_cards.mail_activity_type_task")

    def _create_project(self, name, **values):
        # With sale_project, tasks take the project's customer only if billable.
        if "allow_billable" in self.env["project.project"]._fields:
            values["allow_billable"] = True
        return self.env["project.project"].create({"name": name, **values})

    def _plan(self, document=None, user=None, **values):
        """Plan an activity on a document, by default a task on the customer."""
        document = self.customer if document is None else document
        vals = {"activity_type_id": self.task_type.id, "summary": "Do", **values}
        if document:
            vals["res_model_id"] = self.env["ir.model"]._get_id(document._name)
            vals["res_id"] = document.id
        vals["user_id"] = (user or self.env.user).id
        return self.env["mail.activity"].create(vals)
