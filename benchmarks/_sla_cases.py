"""The cases in which the add-on and OCA's helpdesk say different deadlines, and why."""

from benchmarks import _sla

# Each case is lived through on both sides; what either says of it is asserted.
_CASES = """
env = env(context={**env.context, "tracking_disable": True})
found = []
MONDAY = datetime(2026, 11, 16, 8)  # nine o'clock in Warsaw
WEEK = [(9, 12.5), (13, 17)]


def live(hours, opened, steps, calendar=None):
    both = []
    for Side in (Ours, Oca):
        # One calendar for each: a case may change it.
        own = calendar or create_calendar("Hours", WEEK)
        side = Side(f"Case {len(found)}", own, hours)
        with at(opened):
            ticket = side.open()
            env.flush_all()
        for moment, step in steps:
            with at(moment):
                step(side, ticket)
                env.flush_all()
        both.append((side, ticket, side.deadlines(ticket)))
    return both


def move(stage):
    return lambda side, ticket: side.move(ticket, stage)


def answer(side, ticket):
    side.answer(ticket)


def ask(side, ticket):
    side.ask(ticket)


def after(moment, days=0, hours=0):
    return moment + timedelta(days=days, hours=hours)


def tell(kind, both, ours, oca, why):
    said = [deadlines.get((0, kind)) or None for _side, _ticket, deadlines in both]
    assert said == [ours, oca], (why, kind, said, ours, oca)
    found.append(f"{why} (ours {ours}, OCA {oca}, UTC)")


# A pause over night and a reopening: the same, though Odoo counts in hours.
steps = [(after(MONDAY, hours=1), answer), (after(MONDAY, hours=2), move("waiting")),
         (after(MONDAY, 1, 2), move("work")), (after(MONDAY, 1, 3), move("done")),
         (after(MONDAY, 2, 1), move("work"))]
same = after(MONDAY, 3, 3.5)
tell("resolution", live((4, None, 13), MONDAY, steps), same, same,
     "Equal: paused, closed and reopened")

# A further question of the customer.
steps = [(after(MONDAY, hours=1), answer), (after(MONDAY, 2, 1), ask)]
tell("next_response", live((4, 6, None), MONDAY, steps),
     after(MONDAY, 2, 7.5), after(MONDAY, hours=6.5),
     "Next response: the customer is promised an answer to his question, counted from "
     "his message; OCA has only targets counted from the opening")

# While the customer is waited for.
steps = [(after(MONDAY, hours=1), move("waiting"))]
tell("resolution", live((None, None, 4), MONDAY, steps),
     None, after(MONDAY, hours=4.5),
     "Paused: nobody knows yet when it will be due; OCA goes on showing the moment at "
     "which it would have been due without the pause")

# Other terms after a pause.
def retarget(side, ticket):
    if isinstance(side, Ours):
        side.policy.priority = "1"
        env["crm.cards.sla.policy"].create({
            "name": "Urgent", "priority": "3", "department_ids": side.department.ids,
            "target_ids": [(0, 0, {"kind": "resolution", "hours": 6})]})
        ticket.priority = "3"
    else:
        side.slas.domain = "[('priority', '=', '1')]"
        env["helpdesk.sla"].create({
            "name": "resolution", "team_ids": side.team.ids, "hours": 6,
            "domain": "[('priority', '=', '3')]", "stage_id": side.stages["done"].id,
            "ignore_stage_ids": side.stages["waiting"].ids})
        ticket.priority = "3"
        ticket.refresh_sla()


steps = [(after(MONDAY, hours=1), move("waiting")), (after(MONDAY, 1, 1), move("work")),
         (after(MONDAY, 1, 2), retarget)]
tell("resolution", live((None, None, 12), MONDAY, steps),
     after(MONDAY, 1, 6.5), after(MONDAY, hours=6.5),
     "Another priority: what was used and paused stays so, the day of waiting is not "
     "charged; OCA begins anew from the opening and forgets the pause, and only when "
     "somebody presses Refresh SLA")

# The calendar is changed while the ticket runs.
def shorten(side, ticket):
    side.calendar.attendance_ids.filtered(lambda row: row.hour_from == 13).unlink()
    side.move(ticket, "work")


steps = [(after(MONDAY, hours=1), shorten)]
tell("resolution", live((None, None, 10), MONDAY, steps),
     after(MONDAY, 1, 2.5), after(MONDAY, 2, 3),
     "Changed working hours: what was promised at the opening holds (it can "
     "be re-based on purpose); OCA counts the rest by the new ones at the next change")

# The night in March in which the clock of the wall skips from two to three.
night = create_calendar("Night", [(1, 2.5), (8, 12)], days=[6])
opened = datetime(2027, 3, 27, 20)
tell("resolution", live((None, None, 2), opened, [], night),
     datetime(2027, 3, 28, 7), datetime(2027, 3, 28, 6, 30),
     "Clocks skip at 2:00, work is from 1:00 to 2:30: one hour of it exists; Odoo's "
     "calendar lets it last until 3:30")

# The night in October in which it shows the hour from two to three twice.
night = create_calendar("Night", [(2, 3), (8, 12)], days=[6])
opened = datetime(2027, 10, 30, 20)
tell("resolution", live((None, None, 2), opened, [], night),
     datetime(2027, 10, 31, 2), datetime(2027, 10, 31, 8),
     "The hour from 2:00 to 3:00 comes twice: whoever is at work then works two hours; "
     "Odoo's calendar counts one")

# An answer that leaves the ticket where it is, and a ticket that goes back.
first, second = live((4, None, None), MONDAY, [(after(MONDAY, hours=1), ask)])
with at(after(MONDAY, hours=2)):
    first[1]._log({first[1]: ["answer"]})
assert first[1].sla_ids.date_reached == after(MONDAY, hours=2)
assert second[1].ticket_sla_ids.state == "in_progress"
with at(after(MONDAY, hours=3)):
    for side, ticket, _deadlines in (first, second):
        side.move(ticket, "work")
        env.flush_all()
        side.move(ticket, "new")
assert first[1].sla_ids.date_reached == after(MONDAY, hours=2)
assert second[1].ticket_sla_ids.state == "in_progress"
found.append(
    "First response: reached by the answer to the customer, and it stays reached; for "
    "OCA by the stage, moved back the customer was never answered")
env.cr.rollback()
result = found
"""


def check(bench, database):
    """Live through the cases on both sides; return a line about each."""
    return bench.shell(database, _sla.TOOLS + _CASES)
