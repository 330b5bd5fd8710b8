"""Periods that statements of hours are made for. Plain Python, no ``env``."""

from datetime import date, timedelta

_DAY = timedelta(days=1)


def get_month(day):
    """Return the first and the last day of the month of ``day``.

    >>> [one.isoformat() for one in get_month(date(2026, 12, 5))]
    ['2026-12-01', '2026-12-31']
    """
    return _get_months(day.year, day.month, 1)


def get_last_month(day):
    """Return the first and the last day of the month before that of ``day``.

    >>> [one.isoformat() for one in get_last_month(date(2026, 3, 31))]
    ['2026-02-01', '2026-02-28']
    """
    return get_month(day.replace(day=1) - _DAY)


def get_quarter(day):
    """Return the first and the last day of the quarter of ``day``.

    >>> [one.isoformat() for one in get_quarter(date(2026, 5, 31))]
    ['2026-04-01', '2026-06-30']
    """
    return _get_months(day.year, (day.month - 1) // 3 * 3 + 1, 3)


def _get_months(year, month, count):
    years, following = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + years, following + 1, 1) - _DAY
