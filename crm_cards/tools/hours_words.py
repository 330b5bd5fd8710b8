"""What people write above the columns of a list of hours that customers have left.

Plain Python, no ``env``.  Headers in English, Hebrew and Polish by the names of the
columns of ``crm.cards.accounts.import``, as in :mod:`.table_matching`.
"""

import re

from .owned_product_words import CUSTOMER_FIELDS, OWNED_PRODUCT_HEADERS
from .table_matching import HEADERS, parse_amount

HOURS_HEADERS = {
    **{field: HEADERS[field] for field in CUSTOMER_FIELDS},
    "bank": (
        "bank|hours bank|bank name|account|package|pack|contract|בנק שעות|בנק|שם בנק|"
        "חבילה|חבילת שעות|הסכם|bank godzin|nazwa banku|pakiet|pakiet godzin|umowa"
    ),
    "hours": (
        "hours|hours left|left|balance|remaining|remaining hours|opening balance|שעות|"
        "יתרה|יתרת שעות|שעות שנותרו|יתרת פתיחה|godziny|godzin|pozostalo|"
        "pozostale godziny|saldo|saldo poczatkowe|liczba godzin"
    ),
    "price_hour": (
        "price|price per hour|hourly rate|rate|מחיר|מחיר לשעה|תעריף|תעריף שעתי|cena|"
        "cena za godzine|stawka|stawka godzinowa"
    ),
    "valid_from": (
        "valid from|from|start|start date|בתוקף מ|מתאריך|תחילה|תאריך התחלה|"
        "wazne od|wazny od|od|data od|poczatek"
    ),
    "valid_to": (
        "valid to|valid until|until|to|end|end date|expires|expiry|expiry date|"
        "בתוקף עד|עד תאריך|עד|סיום|תאריך סיום|תפוגה|wazne do|wazny do|do|data do|"
        "koniec|wygasa"
    ),
    "note": OWNED_PRODUCT_HEADERS["note"],
}
_CLOCK = re.compile(r"(\d{1,7}):([0-5]?\d)(?::00)?")


def parse_hours(text):
    """Return typed hours as a number, None where the text says none.

    >>> parse_hours("12:30"), parse_hours("12.5"), parse_hours("1,250.75")
    (12.5, 12.5, 1250.75)
    >>> parse_hours("12:75"), parse_hours("many")
    (None, None)
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        return int(clock[1]) + int(clock[2]) / 60
    return None if ":" in text else parse_amount(text)
