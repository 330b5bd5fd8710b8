"""Tables out of workbooks, read by openpyxl and shown as a spreadsheet shows them.

Part of :mod:`.table_reader`, which says how to use it.
"""

import datetime
import io
import logging
import re
import warnings
import zipfile

from .table_archive import open_archive, scan
from .table_base import MAX_COLUMNS, UNCALCULATED, Table, TableError

_logger = logging.getLogger(__name__)

# A formula cell without a value: <c r="B7"><f>SUM(…)</f></c>, <v/> and <v></v> included
_UNCALCULATED_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED_CELLS = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z0-9:]+)"')


class WorkbookTable(Table):
    """An ``.xlsx`` or ``.xlsm`` workbook, read by openpyxl in read-only mode."""

    def __init__(self, content):
        self._archive = open_archive(content)
        # Imported here: two hundred modules that only a person who imports needs
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = openpyxl.load_workbook(
                    io.BytesIO(content),
                    read_only=True,
                    data_only=True,
                    keep_links=False,
                )
        except (
            InvalidFileException,
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            SyntaxError,  # lxml and ElementTree raise subclasses of it for bad XML
            OSError,
        ) as error:
            _logger.info("workbook refused: %s", error)
            raise TableError("damaged", reason=type(error).__name__) from error
        self.sheets = [sheet.title for sheet in self._book.worksheets]
        if not self.sheets:
            raise TableError("empty")
        self._style_kinds = {}
        self._inspected = {}
        self.select(self.sheets[0])

    def close(self):
        self._book.close()
        self._archive.close()

    def select(self, sheet):
        if sheet not in self.sheets:
            raise TableError("no_sheet", sheet=sheet)
        self._sheet = self._book[sheet]
        # Programs write wrong or huge dimensions (A1:XFD1048576); the rows tell the
        # truth
        self._sheet.reset_dimensions()

    def _raw_rows(self):
        uncalculated, _merged = self._inspect()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for number, row in enumerate(self._sheet.iter_rows(), 1):
                    # one column more than allowed, so that rows() notices
                    row = row[: MAX_COLUMNS + 1]
                    if any(cell.value is not None for cell in row) or (
                        number in uncalculated
                    ):
                        yield number, self._row_texts(row, uncalculated.get(number, ()))
        except (
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            SyntaxError,
            OSError,
        ) as error:
            _logger.info("worksheet refused: %s", error)
            raise TableError("damaged", reason=type(error).__name__) from error

    def _row_texts(self, row, uncalculated):
        texts = [self._cell_text(cell) for cell in row]
        for index in uncalculated:
            texts.extend([""] * (index + 1 - len(texts)))
            texts[index] = UNCALCULATED
        return texts

    def _cell_text(self, cell):
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return self._number_text(value, self._style_kind(cell))
        if isinstance(value, datetime.datetime):
            if value.time() == datetime.time():
                return value.date().isoformat()
            return value.isoformat(" ", "seconds")
        return str(value)

    def _style_kind(self, cell):
        """Return ``"%"``, the number of leading zeros shown, or ``0`` for other
        formats."""
        style = cell._style_id
        if style not in self._style_kinds:
            number_format = cell.number_format or ""
            if "%" in number_format:
                kind = "%"
            else:
                kind = len(number_format) if re.fullmatch("0+", number_format) else 0
            self._style_kinds[style] = kind
        return self._style_kinds[style]

    def _number_text(self, value, kind):
        if kind == "%":
            return f"{_plain_number(value * 100)}%"
        return _plain_number(value).zfill(kind)

    def merged_in_row(self, number):
        _uncalculated, merged = self._inspect()
        touching = []
        for reference in merged:
            first, last = (
                int(re.sub("[A-Z]", "", end)) for end in reference.split(":")
            )
            if first <= number <= last:
                touching.append(reference)
        return touching

    def _inspect(self):
        """Return what openpyxl does not tell in read-only mode.

        :return: formulas without a value as ``{row: [column index]}``, merged ranges
        """
        path = self._sheet._worksheet_path
        if path not in self._inspected:
            uncalculated, merged = {}, []
            for reference in scan(self._archive, path, _UNCALCULATED_CELL):
                letters, row = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()
                uncalculated.setdefault(int(row), []).append(_column_index(letters))
            for reference in scan(self._archive, path, _MERGED_CELLS):
                merged.append(
                    reference if ":" in reference else f"{reference}:{reference}"
                )
            self._inspected[path] = uncalculated, merged
        return self._inspected[path]


def _column_index(letters):
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _plain_number(value):
    """Return a number as a person types it.

    >>> _plain_number(30001.0), _plain_number(0.07 * 100), _plain_number(9.72521e11)
    ('30001', '7', '972521000000')
    """
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12g}" if abs(value) < 1e12 else repr(value)
