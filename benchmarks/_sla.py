"""The same tickets with the same history in the add-on and in OCA's helpdesk."""

MODULES = ("helpdesk_mgmt_sla",)
SAMPLE = 200  # tickets that live through their history; the others are copies of them
COUNT = 10_000

# What both sides are set up with and do, for ``odoo shell``. ``at`` is the moment at
# which everything happens: neither side asks anything but Odoo for the time.
TOOLS = """
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields


@contextmanager
def at(moment):
    with (
        patch.object(fields.Datetime, "now", lambda *args: moment),
        patch.object(type(env.cr), "now", lambda cursor: moment),
    ):
        yield


env = env(user=env.ref("base.user_admin"))
FRIDAY = datetime(2026, 11, 20, 12, 30)  # half past one in Warsaw


def create_calendar(name, hours, days=range(5)):
    return env["resource.calendar"].create({
        "name": name, "tz": "Europe/Warsaw",
        "attendance_ids": [(5, 0, 0)] + [(0, 0, {
            "name": "Work", "dayofweek": str(day), "hour_from": start, "hour_to": stop,
            "day_period": "morning" if stop <= 12.5 else "afternoon",
        }) for day in days for start, stop in hours],
    })


class Ours:
    # In the order of their names, as OCA's below.
    kinds = ["first_response", "next_response", "resolution"]

    def __init__(self, name, calendar, hours):
        self.calendar = calendar
        self.department = env["crm.cards.department"].create(
            {"name": name, "calendar_id": calendar.id})
        self.policy = env["crm.cards.sla.policy"].create({
            "name": name, "department_ids": self.department.ids,
            "target_ids": [(0, 0, {"kind": kind, "hours": number})
                           for kind, number in zip(self.kinds, hours) if number],
        })
        self.stages = {name: env.ref("crm_cards.crm_cards_ticket_stage_" + key)
                       for name, key in (("new", "new"), ("work", "work"),
                                         ("waiting", "customer"), ("done", "solved"))}

    def open(self, number=0):
        return env["crm.cards.ticket"].create({
            "name": f"Ticket {number}", "department_id": self.department.id,
            "date_opened": fields.Datetime.now()})

    def answer(self, ticket):
        ticket._log({ticket: ["answer"]})
        self.move(ticket, "work")

    def ask(self, ticket):
        ticket._log({ticket: ["customer"]})

    def move(self, ticket, stage):
        ticket.write({"stage_id": self.stages[stage].id})

    def deadlines(self, tickets):
        env.flush_all()
        tickets.invalidate_recordset()
        return {(int(ticket.name.split()[1]), row.kind): row.deadline
                for ticket in tickets for row in ticket.sla_ids}


class Oca:
    def __init__(self, name, calendar, hours):
        self.calendar = calendar
        stages = env["helpdesk.ticket.stage"]
        self.stages = {name: env.ref("helpdesk_mgmt.helpdesk_ticket_stage_" + key)
                       for name, key in (("new", "new"), ("work", "in_progress"),
                                         ("waiting", "awaiting"), ("done", "done"))}
        # Mails that it sends when a ticket is closed have nothing to do with times.
        self.stages["done"].mail_template_id = False
        self.team = env["helpdesk.ticket.team"].create({
            "name": name, "use_sla": True, "resource_calendar_id": calendar.id})
        expected = {"first_response": "work"}
        self.slas = env["helpdesk.sla"].create([{
            "name": kind, "team_ids": self.team.ids, "hours": number,
            "stage_id": self.stages[expected.get(kind, "done")].id,
            "ignore_stage_ids": self.stages["waiting"].ids,
        } for kind, number in zip(Ours.kinds, hours) if number])

    def open(self, number=0):
        return env["helpdesk.ticket"].create({
            "name": f"Ticket {number}", "team_id": self.team.id, "description": "-"})

    def answer(self, ticket):
        self.move(ticket, "work")

    def ask(self, ticket):
        pass  # it knows nothing of messages

    def move(self, ticket, stage):
        ticket.write({"stage_id": self.stages[stage].id})

    def deadlines(self, tickets):
        env.flush_all()
        tickets.invalidate_recordset()
        return {(int(ticket.name.split()[1]), row.name): row.deadline
                for ticket in tickets for row in ticket.ticket_sla_ids}
"""

# Opened in the last nine days, answered, asked again, and twice the customer was waited
# for; every tenth was closed in between. A third is late by now.
_HISTORIES = """
import random

chance = random.Random(20261120)
calendar = create_calendar("Support", [(9, 12.5), (13, 17)])
env["resource.calendar.leaves"].create({
    "name": "Half a holiday", "calendar_id": calendar.id,
    "date_from": "2026-11-17 11:00:00", "date_to": "2026-11-17 22:59:59"})
sides = [Ours("Bench", calendar, (4, 6, 16)), Oca("Bench", calendar, (4, 6, 16))]
# One more stage in which the clock runs, for the change that is measured.
env["crm.cards.ticket.stage"].create({"name": "Second line", "sequence": 25})
env["helpdesk.ticket.stage"].create({"name": "Second line", "sequence": 2})
env = env(context={**env.context, "tracking_disable": True})
for number in range(count):
    opened = FRIDAY - timedelta(days=9) + timedelta(seconds=chance.randrange(5 * 86400))
    hours = sorted(chance.randrange(60, 90 * 3600) for _step in range(6))
    moments = [opened + timedelta(seconds=second) for second in hours]
    closes = number % 10 == 0
    for side in sides:
        with at(opened):
            ticket = side.open(number)
            env.flush_all()
        for moment, step in zip(moments, (
            side.answer, side.ask,
            lambda it: side.move(it, "waiting"), lambda it: side.move(it, "work"),
            lambda it: side.move(it, "done" if closes else "waiting"),
            lambda it: side.move(it, "work"),
        )):
            with at(moment):
                step(ticket)
                env.flush_all()
env.cr.commit()
"""

_COPY = """
def copy(table, times, shifted, **changed):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER'", [table])
    columns = [row[0] for row in env.cr.fetchall()]
    values = {name: name for name in columns}
    values.update({name: f"{name} + n * 1000000" for name in ["id", *shifted]})
    values.update(changed)
    env.cr.execute(
        f'INSERT INTO {table} ({", ".join(columns)})'
        f' SELECT {", ".join(values[name] for name in columns)}'
        f" FROM {table}, generate_series(1, {times} - 1) n")
    env.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")


number = "(SUBSTRING(name FROM 8)::int + n * 1000)"
names = {"name": f"'Ticket ' || {number}", "number": "number || '-' || n",
         "access_token": "NULL"}
copy("crm_cards_ticket", times, [], **names)
copy("crm_cards_ticket_log", times, ["ticket_id"])
copy("helpdesk_ticket", times, [], **names)
copy("helpdesk_ticket_sla", times, ["ticket_id"])
with at(FRIDAY):
    env["crm.cards.ticket"].search([])._measure_sla()
env.cr.commit()
"""


def fill(bench, database, count=COUNT, sample=SAMPLE):
    """Give both sides ``count`` tickets, ``sample`` of which are not copies."""
    bench.shell(database, TOOLS + _HISTORIES, count=sample)
    bench.shell(database, TOOLS + _COPY, times=count // sample)
    tables = ("crm_cards_ticket", "helpdesk_ticket")
    more = ("crm_cards_ticket_log", "crm_cards_ticket_sla", "helpdesk_ticket_sla")
    bench.sql(database, f"VACUUM ANALYZE {', '.join(tables + more)}")
