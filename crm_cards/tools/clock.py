"""Moments and the days they fall on, on the clock of one time zone.

Plain Python, no ``env``.  Moments are naive and UTC, as Odoo keeps them.
"""

from datetime import timedelta

import pytz


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
