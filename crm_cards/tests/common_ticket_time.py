"""Calendars for the tests of working time and of what is promised in it."""

from datetime import date, datetime, timedelta

import pytz

from ..tools.working_time import WorkingTime

MINUTE = timedelta(minutes=1)


def snapshot(*rows, tz="UTC", leaves=(), two_weeks=False):
    """Return the snapshot of a calendar.

    :param rows: ``(days, hour_from, hour_to[, week_type])``
    :param leaves: ``(start, stop, name)``
    """
    return {
        "tz": tz,
        "two_weeks": two_weeks,
        "attendances": [
            {
                "dayofweek": day,
                "hour_from": row[1],
                "hour_to": row[2],
                "week_type": row[3] if len(row) > 3 else None,
            }
            for row in rows
            for day in row[0]
        ],
        "leaves": [
            {"start": start, "stop": stop, "name": name} for start, stop, name in leaves
        ],
    }


def working(*rows, **options):
    return WorkingTime.from_snapshot(snapshot(*rows, **options))


WEEKDAYS = range(5)
EVERY_DAY = range(7)
OFFICE = ((WEEKDAYS, 9, 12.5), (WEEKDAYS, 13, 17))


ZONES = {
    "UTC": [date(2027, 1, 4)],
    "Asia/Jerusalem": [date(2027, 3, 26), date(2027, 10, 31)],
    "Europe/Warsaw": [date(2027, 3, 28), date(2027, 10, 31)],
    "America/New_York": [date(2027, 3, 14), date(2027, 11, 7)],
    "Australia/Lord_Howe": [date(2027, 4, 4), date(2027, 10, 3)],
    "America/Sao_Paulo": [date(2018, 11, 4), date(2019, 2, 17)],
    "Asia/Kathmandu": [date(2027, 6, 1)],
    "Pacific/Apia": [date(2011, 12, 30)],
}


def random_snapshot(rnd):
    """Return a random snapshot and a moment near a change of its clocks."""
    zone = rnd.choice(list(ZONES))
    moment = datetime.combine(rnd.choice(ZONES[zone]), datetime.min.time())
    moment += timedelta(minutes=rnd.randrange(-3 * 1440, 1440))
    two_weeks = rnd.random() < 0.3
    rows = []
    for _ in range(rnd.randint(1, 12)):
        start, stop = sorted(rnd.sample(range(0, 24 * 12 + 1), 2))
        days = rnd.sample(range(7), rnd.randint(1, 7))
        rows.append((days, start / 12, stop / 12, str(rnd.randint(0, 1))))
    leaves = []
    for number in range(rnd.randint(0, 3)):
        start = moment + timedelta(minutes=rnd.randrange(-1440, 4 * 1440))
        stop = start + timedelta(minutes=rnd.randrange(2000))
        leaves.append((str(start), str(stop), f"Leave {number}"))
    return snapshot(*rows, tz=zone, two_weeks=two_weeks, leaves=leaves), moment


def working_minutes(values, start, count):
    """Return for each of ``count`` minutes whether it is working time.

    The other way to know: look at the clock on the wall, minute by minute.
    """
    zone = pytz.timezone(values["tz"])
    shown = [False] * 14 * 1440  # by the clock on the wall, in a fortnight
    for row in values["attendances"]:
        for week in [int(row["week_type"])] if values["two_weeks"] else (0, 1):
            day = (week * 7 + row["dayofweek"]) * 1440
            first, last = (round(row[end] * 60) for end in ("hour_from", "hour_to"))
            shown[day + first : day + last] = [True] * (last - first)
    minutes = []
    while len(minutes) < count:
        moment = start + len(minutes) * MINUTE
        local = zone.fromutc(moment)
        day = (local.toordinal() - 1) % 14
        at = day * 1440 + local.hour * 60 + local.minute
        # Clocks change at a full quarter of an hour only: look again at the next one.
        for minute in range(at, at + 15 - moment.minute % 15):
            minutes.append(shown[minute % len(shown)])
    minutes = minutes[:count]
    for leave in values["leaves"]:
        first, last = (
            max((datetime.fromisoformat(leave[bound]) - start) // MINUTE, 0)
            for bound in ("start", "stop")
        )
        minutes[first:last] = [False] * len(minutes[first:last])
    return minutes
