"""How many minutes a quantity of hours is.  Plain Python, no ``env``; exact."""

import math
from fractions import Fraction

# Quantities are typed with a few digits, and one minute is 0.0166667 hours in Odoo.
_DENOMINATOR_AT_MOST = 10_000


def exact(number):
    """Return the number that was meant by a float.

    >>> exact(0.1), exact(0.0166667), exact(1.5)
    (Fraction(1, 10), Fraction(1, 60), Fraction(3, 2))
    """
    return Fraction(number).limit_denominator(_DENOMINATOR_AT_MOST)


def get_pack_minutes(quantity, hours_per_unit):
    """Return a quantity as whole minutes; half a minute counts as one, below zero none.

    :param quantity: of units, a float or a Fraction
    :param float hours_per_unit: hours of one unit

    >>> get_pack_minutes(0.5, 200), get_pack_minutes(1.25, 8), get_pack_minutes(90, 1)
    (6000, 600, 5400)
    >>> get_pack_minutes(0.1, 1), get_pack_minutes(0.33, 1), get_pack_minutes(-1, 8)
    (6, 20, 0)
    >>> get_pack_minutes(100_000, 0.0166667), get_pack_minutes(0.15, 0.5)
    (100000, 5)
    """
    minutes = exact(quantity) * exact(hours_per_unit) * 60
    return max(math.floor(minutes + Fraction(1, 2)), 0)


def get_kept(quantity, invoiced, credited):
    """Return the part of an ordered quantity that was not credited.

    What was invoiced beyond it, as when an invoice is credited and made anew, may be
    credited without anything being lost.

    >>> get_kept(10, 10, 4), get_kept(10, 20, 10), get_kept(6, 10, 4), get_kept(2, 2, 5)
    (6, 10, 6, 0)
    """
    return max(quantity - max(credited - max(invoiced - quantity, 0), 0), 0)
