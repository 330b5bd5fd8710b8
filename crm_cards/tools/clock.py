"""Moments and the days they fall on, on the clock of one time zone.

Plain Python, no ``env``.  Moments are naive and UTC, as Odoo keeps them.
"""

from datetime import timedelta
from functools import lru_cache

import pytz

_QUARTER = timedelta(minutes=15)


def get_local_time(moment, zone):
    """Return what the clocks of a zone show at a moment, as a naive datetime."""
    return (
        pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).replace(tzinfo=None)
    )


def get_moment(local_time, zone):
    """Return the moment at which the clocks of a zone show ``local_time``.

    An hour that comes twice, when summer time ends, means the first of them. One
    that is left out, when it begins, means as long after midnight as it says.
    """
    clock = pytz.timezone(zone)
    moment = clock.localize(local_time, is_dst=True)
    if clock.normalize(moment).replace(tzinfo=None) != local_time:
        moment = clock.localize(local_time, is_dst=False)
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def shift_days(moment, days, zone):
    """Return the same time of the day some days later, or earlier if negative."""
    if not days:
        return moment
    return get_moment(get_local_time(moment, zone) + timedelta(days=days), zone)


def get_days(moment):
    """Return ``{zone: day}`` of the zones where it is another day than in UTC.

    For SQL that asks for the day of many people, whose zones the database need not
    know.

    >>> from datetime import datetime
    >>> days = get_days(datetime(2026, 3, 31, 21, 10))
    >>> str(days["Asia/Jerusalem"]), "Europe/Warsaw" in days
    ('2026-04-01', False)
    """
    # Midnight comes to no zone but at a quarter of an hour.
    since = timedelta(minutes=moment.minute, seconds=moment.second)
    return _get_days(moment.replace(microsecond=0) - since % _QUARTER)


@lru_cache(maxsize=2)
def _get_days(moment):
    days = {zone: get_local_time(moment, zone).date() for zone in pytz.all_timezones}
    return {zone: day for zone, day in days.items() if day != moment.date()}
