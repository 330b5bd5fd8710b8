"""What every kind of table has in common: rows of checked text, and what is refused."""

import re

from .key_normal import clean_text

MAX_COLUMNS = 200
MAX_CELL_CHARS = 32767

UNCALCULATED = "#UNCALCULATED!"
_ERROR_TEXT = re.compile(
    r"#(REF|VALUE|DIV/0|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|UNCALCULATED)!"
    r"|#N/A|#NAME\?|#GETTING_DATA|Err:5\d\d"
)


class TableError(Exception):
    """The file cannot be read as a table.

    :ivar code: the rule that was broken, one of the keys of ``TableError.CODES``
    :ivar details: numbers and names for the message, e.g. ``{"row": 12}``
    """

    CODES = {
        "empty": "no row with a value",
        "too_large": "more bytes than allowed: size, limit",
        "zip_bomb": "unpacks to more than allowed: size, limit",
        "password": "protected by a password",
        "old_excel": "a workbook of Excel 97-2003 (.xls)",
        "other_spreadsheet": "an .ods or .xlsb workbook",
        "not_table": "neither a workbook nor text",
        "damaged": "a workbook that does not open: reason",
        "no_sheet": "no sheet of that name: sheet",
        "encoding": "bytes that the encoding does not have: encoding, row",
        "encoding_utf8": "UTF-8 read as something else: encoding",
        "quotes": "quotation marks that do not close: row",
        "cell_too_long": "a cell with too much text: row, column, limit",
        "too_many_columns": "columns beyond the limit: row, limit",
    }

    def __init__(self, code, **details):
        super().__init__(f"{code}: {self.CODES[code]} {details}")
        self.code = code
        self.details = details


def is_error_text(text):
    """Say whether a cell shows the error of a formula instead of a value.

    >>> is_error_text("#REF!"), is_error_text("Err:502"), is_error_text("#1 Pizza")
    (True, True, False)
    """
    return bool(_ERROR_TEXT.fullmatch(text))


def column_letter(index):
    """Return the name a spreadsheet gives to the column, counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


class Table:
    """What both kinds of files have in common."""

    sheets = [""]
    encoding = ""
    delimiter = ""

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        """Let go of the file; nothing to do for text."""

    def select(self, sheet):
        """Read from this sheet from now on; a text file has only one."""

    def rows(self):
        """Yield ``(number, cells)`` for every row that has a value."""
        for number, cells in self._raw_rows():
            cells = [_checked_cell(text, number, i) for i, text in enumerate(cells)]
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MAX_COLUMNS:
                raise TableError("too_many_columns", row=number, limit=MAX_COLUMNS)
            if cells:
                yield number, cells

    def merged_in_row(self, number):
        """Return the merged ranges that touch the row, e.g. ``["C3:E3"]``."""
        return []


def _checked_cell(text, number, index):
    if len(text) > MAX_CELL_CHARS:
        raise TableError(
            "cell_too_long",
            row=number,
            column=column_letter(index),
            limit=MAX_CELL_CHARS,
        )
    return clean_text(text) if text else ""
