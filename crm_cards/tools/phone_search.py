"""How to look for a phone number that somebody types as he hears it.

>>> phone_parts("03-555 0101")
['35550101']
>>> phone_parts("Dana 2")
[]
"""

import re

import phonenumbers

from .key_normal import clean_text

_SIGNS = re.compile(r"[\s./()\-–+*#]")  # what people put between the digits
_FEWEST_DIGITS = 4  # fewer are found in too many numbers


def phone_parts(text, country_codes=()):
    """Return what a stored number in E.164 may contain if it is the one typed.

    A number is typed with or without its country, with its trunk prefix or only the
    end of it.

    :param country_codes: two letters each; how to read a number without a country
    :return: list of digits, the most telling first; empty when no number was typed

    >>> phone_parts("03-555 0101", ["IL"])
    ['97235550101', '35550101']
    >>> phone_parts("+48 22 621 07 22", ["IL"]), phone_parts("00972 3 5550101")
    (['48226210722'], ['97235550101'])
    >>> phone_parts("0101"), phone_parts("(0) 12")
    (['0101'], [])
    >>> phone_parts("office@levi.example.com"), phone_parts("SN-1234")
    ([], [])
    """
    text = clean_text(text)
    digits = _SIGNS.sub("", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) < _FEWEST_DIGITS:
        return []
    if text.startswith("+"):
        return [digits]
    if digits.startswith("00"):
        return [digits[2:]]
    parts = [_full_digits(digits, code) for code in country_codes]
    # A trunk prefix is left out of full numbers; the end of one may begin with 0.
    parts.append(digits[1:] if digits[0] == "0" and len(digits) > 6 else digits)
    return list(dict.fromkeys(part for part in parts if part))


def _full_digits(digits, country_code):
    try:
        number = phonenumbers.parse(digits, country_code)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return full.removeprefix("+")
