from .common import CardsCase


class TicketCase(CardsCase):
    """A customer who calls, two departments, technicians and their manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, group in (
            ("technician", "user"),
            ("field_technician", "user"),
            ("service_manager", "manager"),
        ):
            user = cls._create_user(
                login=f"ticket_{name}",
                groups=f"crm_cards.crm_cards_group_ticket_{group}",
                tz="Asia/Jerusalem",
            )
            setattr(cls, name, user)
        departments = cls.env["crm.cards.department"]
        cls.support = departments.create(
            {
                "name": "Support",
                "alias_name": "support",
                "company_id": cls.company.id,
                "manager_id": cls.service_manager.id,
                "member_ids": cls.technician.ids,
            }
        )
        cls.field = departments.create(
            {
                "name": "Field service",
                "company_id": cls.company.id,
                "member_ids": cls.field_technician.ids,
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Levi Printing",
                "is_company": True,
                "email": "office@levi.example.com",
                "phone": "+972 3 555 0101",
            }
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Dana Levi",
                "parent_id": cls.customer.id,
                "email": "dana@levi.example.com",
            }
        )
        for name in ("new", "work", "customer", "supplier", "solved", "cancelled"):
            stage = cls.env.ref(f"crm_cards.crm_cards_ticket_stage_{name}")
            setattr(cls, f"stage_{name}", stage)

    def _open_ticket(self, **values):
        return self.env["crm.cards.ticket"].create(
            {
                "name": "Printer is down",
                "partner_id": self.contact.id,
                "department_id": self.support.id,
                **values,
            }
        )

    def _get_events(self, ticket):
        return ticket.log_ids.sorted("id").mapped("event")
