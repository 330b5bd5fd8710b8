"""Understand a table of customers: which column is what, which cell means what, who is
meant.

Plain Python, no ``env``.  The names of the fields (``key``, ``name``, ``vat`` …) are
those of the columns of ``crm.cards.accounts.import``.
"""

import re
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

from .key_normal import normal_words

HEADER_ROWS = 20  # rows in which a header is looked for

# What people write above their columns: English, Hebrew, Polish
HEADERS = {
    "key": (
        "key|account key|account|account no|account number|account code|"
        "customer no|customer number|customer code|card|מפתח|מפתח חשבון|מספר חשבון|"
        "מס חשבון|חשבון|מספר לקוח|מס לקוח|קוד לקוח|כרטיס|מספר כרטיס|klucz|"
        "klucz konta|konto|nr konta|numer konta|nr klienta|numer klienta|"
        "kod klienta|kod kontrahenta|symbol"
    ),
    "name": (
        "name|customer|customer name|company|company name|account name|full name|"
        "client|client name|contact name|שם|שם לקוח|שם הלקוח|לקוח|שם חשבון|שם חברה|"
        "שם החברה|שם מלא|nazwa|nazwa klienta|nazwa firmy|nazwa kontrahenta|"
        "nazwa konta|klient|kontrahent|firma|nazwa pelna|imie i nazwisko"
    ),
    "vat": (
        "vat|vat no|vat number|vat id|tax id|tax number|tin|ein|company id|"
        "עוסק מורשה|מספר עוסק|עוסק|חפ|ח פ|ח.פ.|מספר חפ|ת.ז.|תז|ח.פ. / ת.ז.|תיק מעמ|"
        "nip|numer nip|nr nip|nip ue|vat ue|regon"
    ),
    "phone": (
        "phone|phone number|telephone|tel|phone no|mobile|mobile phone|cell|טלפון|"
        "מספר טלפון|טל|נייד|טלפון נייד|סלולרי|telefon|nr telefonu|numer telefonu|"
        "tel|komorka|telefon komorkowy"
    ),
    "email": (
        "email|e-mail|e-mail address|email address|mail|דוא״ל|דואל|דואר אלקטרוני|"
        "מייל|אימייל|כתובת מייל|כתובת דוא״ל|adres e-mail|adres email|"
        "poczta elektroniczna|poczta|mejl"
    ),
    "street": (
        "street|address|street address|address 1|address line 1|street and number|"
        "רחוב|כתובת|רחוב ומספר|כתובת 1|ulica|adres|ulica i numer|ulica i nr|adres 1"
    ),
    "street2": (
        "street 2|street2|address 2|address line 2|כתובת 2|שכונה|כניסה|adres 2|"
        "adres cd|lokal|nr lokalu"
    ),
    "city": "city|town|עיר|ישוב|יישוב|miasto|miejscowosc",
    "zip": "zip|zip code|postal code|postcode|post code|מיקוד|kod pocztowy|kod",
    "country": "country|country name|country code|ארץ|מדינה|kraj|panstwo|kod kraju",
    "lang": "language|lang|language code|שפה|jezyk",
    "main_account": (
        "main account|account type|account group|חשבון ראשי|סוג חשבון|konto glowne|"
        "rodzaj konta|grupa kont"
    ),
    "customer_type": (
        "customer type|type|type of customer|סוג לקוח|סוג|typ klienta|typ|"
        "rodzaj klienta"
    ),
    "customer_status": (
        "status|customer status|סטטוס|סטטוס לקוח|מצב|status klienta|stan"
    ),
    "temperature": "temperature|טמפרטורה|חום|temperatura",
    "source": (
        "source|source of arrival|lead source|מקור|מקור הגעה|zrodlo|zrodlo pozyskania"
    ),
    "user": (
        "salesperson|sales person|agent|account manager|איש מכירות|סוכן|נציג|"
        "handlowiec|opiekun|sprzedawca"
    ),
    "ref": (
        "reference|ref|internal reference|אסמכתא|הפניה|מספר פנימי|referencja|"
        "odnosnik|nr referencyjny"
    ),
    "website": (
        "website|web|web site|url|homepage|www|אתר|אתר אינטרנט|strona www|"
        "strona internetowa|strona"
    ),
    "is_company": (
        "is company|is a company|company or person|kind|חברה|האם חברה|חברה או אדם|"
        "czy firma|firma czy osoba|rodzaj"
    ),
    "credit_limit": (
        "credit limit|credit|limit|מסגרת אשראי|תקרת אשראי|אשראי|limit kredytowy|"
        "limit kupiecki"
    ),
    "payment_term": (
        "payment terms|payment term|terms|customer payment terms|תנאי תשלום|"
        "warunki platnosci|termin platnosci"
    ),
    "supplier_payment_term": (
        "supplier payment terms|vendor payment terms|תנאי תשלום לספק|"
        "warunki platnosci dostawcy|termin platnosci dostawcy"
    ),
    "tags": ("tags|tag|categories|labels|תגיות|תגית|קטגוריות|tagi|etykiety|kategorie"),
}

_YES_WORDS = (
    "yes|y|true|1|x|v|company|business|כן|נכון|חברה|עסק|tak|t|prawda|firma|spółka"
)
_NO_WORDS = (
    "no|n|false|0|person|individual|private|לא|אדם|פרטי|אדם פרטי|nie|f|fałsz|osoba|"
    "osoba fizyczna|osoba prywatna"
)
_YES = frozenset(map(normal_words, _YES_WORDS.split("|")))
_NO = frozenset(map(normal_words, _NO_WORDS.split("|")))

_CUSTOMERS = (
    "customer customers client clients לקוח לקוחות klient klienci odbiorca odbiorcy"
)
_SUPPLIERS = "supplier suppliers vendor vendors ספק ספקים dostawca dostawcy"
_AND = "and both i oraz ו"
_MAIN_ACCOUNT_WORDS = {
    **dict.fromkeys(map(normal_words, _CUSTOMERS.split()), "customers"),
    **dict.fromkeys(map(normal_words, _SUPPLIERS.split()), "suppliers"),
    **dict.fromkeys((f"ו{word}" for word in ("לקוחות", "לקוח")), "customers"),
    **dict.fromkeys((f"ו{word}" for word in ("ספקים", "ספק")), "suppliers"),
}


def propose_fields(headers, words=None):
    """Return the field of each header, ``""`` where none is known; no field twice.

    :param words: ``{field: "header|header|…"}``, those of accounts when not given

    >>> propose_fields(["Nr konta", "שם הלקוח", "NIP:", "Uwagi", "Nazwa"])
    ['key', 'name', 'vat', '', '']
    """
    fields = {
        normal_words(word): field
        for field, meant in (words or HEADERS).items()
        for word in meant.split("|")
    }
    proposed = []
    for header in headers:
        field = fields.get(normal_words(header), "")
        proposed.append("" if field in proposed else field)
    return proposed


def find_header(rows, words=None):
    """Return the position of the header among the first rows of a table.

    Titles and blank lines stand above it; the row with most known headers is the
    header. Without any known header it is the first row with two values.

    :param rows: lists of cell texts
    :param words: as for :func:`propose_fields`

    >>> find_header([["Klienci 2026"], ["Nazwa", "NIP"], ["Kowalski", "5260250995"]])
    1
    >>> find_header([["List"], ["a", "b"]])
    1
    """
    rows = rows[:HEADER_ROWS]
    known = [sum(map(bool, propose_fields(cells, words))) for cells in rows]
    if known and max(known) > 1:
        return known.index(max(known))
    for position, cells in enumerate(rows):
        if sum(map(bool, cells)) > 1:
            return position
    return 0


def runs_as_formula(text):
    """Say whether a spreadsheet that opens an export of this text would run it.

    Signs and digits alone (a phone number, a negative amount) do nothing.

    >>> [runs_as_formula(text) for text in ("=LINK(1)", "@SUM(1)", "-2+cmd|' /C'!A0")]
    [True, True, True]
    >>> [runs_as_formula(text) for text in ("+972 (3) 612-3456", "-15.5", "A = B")]
    [False, False, False]
    """
    if not text or text[0] not in "=+-@\t\r":
        return False
    if text[0] in "+-":
        return not re.fullmatch(r"[+-]?[\d\s().,/-]*(?:(?:ext\.?|x|#)\s*\d+)?", text)
    return True


def parse_yes_no(text):
    """Return True, False, or None when the text says neither.

    >>> parse_yes_no("Tak"), parse_yes_no("לא"), parse_yes_no("perhaps")
    (True, False, None)
    """
    word = normal_words(text)
    if word in _YES:
        return True
    return False if word in _NO else None


def parse_main_account(text):
    """Return the main account meant, ``""`` when it is none of the three.

    >>> parse_main_account("לקוחות-ספקים"), parse_main_account("Dostawcy")
    ('customers_suppliers', 'suppliers')
    >>> parse_main_account("customers and others")
    ''
    """
    sides = set()
    for word in normal_words(text).split():
        if word in _AND.split():
            continue
        if word not in _MAIN_ACCOUNT_WORDS:
            return ""
        sides.add(_MAIN_ACCOUNT_WORDS[word])
    return "_".join(sorted(sides))


def parse_amount(text):
    """Return a number written the English or the Polish way, None when it is none.

    A point or comma before exactly three digits at the end separates thousands only if
    it is a comma or occurs more than once, because a number cell always comes with a
    point.

    >>> parse_amount("1,234.50"), parse_amount("1 234,5 zł"), parse_amount("₪10,000")
    (1234.5, 1234.5, 10000.0)
    >>> parse_amount("1.234.567,00"), parse_amount("1.5"), parse_amount("a lot")
    (1234567.0, 1.5, None)
    """
    number = re.sub(r"(?i)zł|pln|ils|nis|usd|eur|ש\"ח|[₪$€\s']", "", text)
    if not re.fullmatch(r"-?[\d.,]*\d", number):
        return None
    comma, point = number.rfind(","), number.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if point > comma else "."
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+", number):
        thousands = ","
    else:
        thousands = "." if number.count(".") > 1 else ""
    if thousands:
        number = number.replace(thousands, "")
    try:
        return float(number.replace(",", "."))
    except ValueError:
        return None


def parse_date(text, month_first=False):
    """Return the day written in a cell, None when it is none.

    A workbook gives ``2026-03-31``, people write day, month and year with points,
    slashes or dashes; of two digits, a year from 1970 to 2069.

    :param month_first: read 3/4/2026 as a day in March

    >>> parse_date("2026-03-31"), parse_date("31.3.26"), parse_date("31/03/2026")
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 31), datetime.date(2026, 3, 31))
    >>> parse_date("3/4/2026"), parse_date("3/4/2026", month_first=True)
    (datetime.date(2026, 4, 3), datetime.date(2026, 3, 4))
    >>> parse_date("2026-03-31 00:00:00"), parse_date("1.13.2026"), parse_date("soon")
    (datetime.date(2026, 3, 31), None, None)
    """
    text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", text.strip())
    found = re.fullmatch(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})", text)
    if found:
        year, _sign, month, day = found.groups()
    else:
        found = re.fullmatch(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})", text)
        if not found:
            return None
        day, _sign, month, year = found.groups()
        if month_first:
            day, month = month, day
        if len(year) == 2:
            year = ("19" if year >= "70" else "20") + year
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@cache
def is_month_first(country_code):
    """Say whether people of a country write the month before the day.

    >>> [is_month_first(code) for code in ("IL", "PL", "US", "")]
    [False, False, True, False]
    """
    if not country_code:
        return False
    try:
        locale = Locale("en", country_code)
    except UnknownLocaleError:  # a country without an English of its own
        return False
    return locale.date_formats["short"].pattern.startswith("M")


@cache
def country_codes():
    """Return ``{name in small letters: code}`` in English, Hebrew and Polish.

    >>> [country_codes()[normal_words(name)] for name in ("Polska", "ישראל", "IL")]
    ['PL', 'IL', 'IL']
    """
    return _names_from_locales(
        lambda locale: {
            code: name for code, name in locale.territories.items() if len(code) == 2
        }
    )


@cache
def language_codes():
    """Return ``{name in small letters: code}`` in English, Hebrew and Polish.

    >>> [language_codes()[normal_words(name)] for name in ("polski", "עברית", "he")]
    ['pl', 'he', 'he']
    """
    return _names_from_locales(lambda locale: locale.languages)


def _names_from_locales(get_names):
    codes = {}
    for language in ("en", "he", "pl"):
        for code, name in get_names(Locale(language)).items():
            codes.setdefault(normal_words(name), code)
    for code in set(codes.values()):
        codes[normal_words(code)] = code
    return codes


def decide(hits):
    """Say who is meant by one row.

    :param hits: for every join column with a value that somebody has, the set of their
      ids
    :return: ``(heap, ids)``; heap is ``new``, ``matched`` (one id) or ``several``

    Columns narrow each other; when they contradict each other nobody is chosen.

    >>> decide([])
    ('new', [])
    >>> decide([{1, 2}, {2, 3}])
    ('matched', [2])
    >>> decide([{1}, {2}]), decide([{1, 2}])
    (('several', [1, 2]), ('several', [1, 2]))
    """
    if not hits:
        return "new", []
    common = set.intersection(*hits)
    if len(common) == 1:
        return "matched", list(common)
    return "several", sorted(common or set.union(*hits))
