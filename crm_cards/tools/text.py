"""What comes in through forms, made fit to be stored."""


def clean_line(text, size):
    """Return one line of at most ``size`` characters; PostgreSQL stores no NUL.

    >>> clean_line(" Toner\\r\\nis\\0 out ", 9)
    'Toner is '
    >>> clean_line(None, 9)
    ''
    """
    return " ".join(_without_nul(text).split())[:size]


def clean_text(text, size):
    """Return text of several lines, of at most ``size`` characters.

    >>> clean_text(" a\\nb ", 9)
    'a\\nb'
    """
    return _without_nul(text).strip()[:size]


def clean_id(text):
    """Return the number somebody typed or chose, or False.

    >>> clean_id("12"), clean_id("1 or 1=1"), clean_id("\u0661"), clean_id(None)
    (12, False, False, False)
    """
    is_number = isinstance(text, str) and text.isascii() and text.isdigit()
    return int(text) if is_number else False


def _without_nul(text):
    return text.replace("\0", "") if isinstance(text, str) else ""
