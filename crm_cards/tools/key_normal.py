"""Spellings brought to one form, so that equal things compare equal.

Plain Python, no ``env``.  Every function takes the text as a person typed it and gives
back ``""`` when nothing usable is left.
"""

import re
import unicodedata

import phonenumbers

# Marks that steer the writing direction or take no room: Excel and web pages leave them
# in Hebrew cells, where nobody sees them and every comparison fails because of them.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad]"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
# Excel writes control characters of a cell as _x000D_
_EXCEL_ESCAPE = re.compile(r"_x00[01][0-9A-Fa-f]_")
_BLANKS = re.compile(r"[^\S\n]+")
_HEBREW_QUOTES = str.maketrans({"\u05f4": '"', "\u05f3": "'"})
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)
# Prefix of a tax number where it is not the ISO code of the country
_VAT_PREFIX = {"GR": "EL"}


def clean_text(text):
    """Return ``text`` without invisible marks and with single blanks.

    >>> clean_text("\\u200fכהן\\u00a0 ובניו\\u202c ")
    'כהן ובניו'
    >>> clean_text("one_x000D_\\n two")
    'one\\n two'
    """
    if text.isascii() and text.isprintable() and "_x00" not in text:
        return " ".join(text.split())
    text = _EXCEL_ESCAPE.sub("", unicodedata.normalize("NFC", text))
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANKS.sub(" ", text).strip()


def normal_words(text):
    """Return a spelling for comparing names: headers, countries, entries of a
    dictionary.

    >>> normal_words("Nr  Klienta:") == normal_words("nr_klienta")
    True
    >>> normal_words('דוא״ל') == normal_words('דוא"ל')
    True
    >>> normal_words("Źródło")
    'zrodlo'
    """
    text = clean_text(text).translate(_HEBREW_QUOTES).casefold().replace("ł", "l")
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (
        char if char.isalnum() else " "
        for char in decomposed
        if not unicodedata.combining(char) and char not in "\"'"
    )
    return " ".join("".join(kept).split())


def normal_key(text):
    """Return the account key as it is compared: no blanks, capital letters.

    >>> normal_key(" k 00123 ")
    'K00123'
    """
    return "".join(clean_text(text).upper().split())


def normal_vat(text, country_code=""):
    """Return the tax number without punctuation and without the prefix of its country.

    The prefix is dropped only for the country given, so that ``PL5260250995`` and
    ``526-025-09-95`` of a Polish customer are the same number, and the German number
    with the same digits is another one.

    >>> normal_vat("PL 526-025-09-95", "PL"), normal_vat("5260250995", "PL")
    ('5260250995', '5260250995')
    >>> normal_vat("DE 5260250995", "PL")
    'DE5260250995'
    >>> normal_vat("EL094259216", "GR"), normal_vat("/")
    ('094259216', '')
    """
    number = "".join(char for char in clean_text(text).upper() if char.isalnum())
    prefix = _VAT_PREFIX.get(country_code, country_code)
    if prefix and number.startswith(prefix) and len(number) > len(prefix):
        return number[len(prefix) :]
    return number


def full_vat(text, country_code=""):
    """Return the tax number with the prefix of its country, unless it carries another
    one.

    >>> full_vat("526-025-09-95", "PL"), full_vat("PL5260250995", "IL")
    ('PL5260250995', 'PL5260250995')
    >>> full_vat("DE 123456789", "PL"), full_vat("/", "PL")
    ('DE123456789', '')
    """
    number = normal_vat(text, country_code)
    if not number or number[:2].isalpha():
        return number
    return _VAT_PREFIX.get(country_code, country_code) + number


def vat_spellings(number):
    """Return how the number of :func:`full_vat` may be written, punctuation apart.

    >>> sorted(vat_spellings("PL5260250995"))
    ['5260250995', 'PL5260250995']
    """
    return {number, number[2:]} if number[:2].isalpha() else {number}


def normal_email(text):
    """Return the one address in ``text`` in small letters, ``""`` when it is not
    exactly one.

    >>> normal_email(" Dana.Levi@Example.CO.IL ")
    'dana.levi@example.co.il'
    >>> normal_email("Dana <dana@example.com>")
    'dana@example.com'
    >>> normal_email("a@b"), normal_email("a@example.com; b@example.com")
    ('', '')
    """
    text = clean_text(text)
    if text.endswith(">") and text.count("<") == 1:
        text = text[text.index("<") + 1 : -1].strip()
    if not _EMAIL.fullmatch(text) or ".." in text or len(text) > 254:
        return ""
    return text.lower()


def normal_phone(text, country_code=""):
    """Return the number in E.164 (``+972…``), ``""`` when it is not a valid number.

    :param country_code: two letters; how to read a number without international prefix

    >>> normal_phone("03-612.3456", "IL"), normal_phone("+972 3 6123456")
    ('+97236123456', '+97236123456')
    >>> normal_phone("22 621 07 22", "PL")
    '+48226210722'
    >>> normal_phone("12", "PL"), normal_phone("by appointment", "PL")
    ('', '')
    """
    text = clean_text(text)
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, country_code or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
