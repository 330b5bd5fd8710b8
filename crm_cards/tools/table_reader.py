"""Read a table from an ``.xlsx`` or ``.csv`` file row by row, as text, without trusting
it.

Plain Python, no ``env``.  How to use it::

    with open_table(content, "customers.xlsx") as table:
        table.sheets                      # ["Customers", "Notes"]; [""] for a text file
        table.select("Customers")
        for number, cells in table.rows():
            ...                           # 2, ["30001", "Kowalski", "", …]

``number`` is the row number a person sees in the spreadsheet (the line number in a text
file); empty rows are left out, empty cells at the end of a row are cut off.  Every cell
is text, the way it is shown: ``30001.0`` is ``30001``, ``00042`` keeps its zeros, a
date is ``2026-03-01``.

The file is checked before it is unpacked (size, kind, password), and memory does not
depend on the number of rows.  Whatever makes the file unusable is a
:class:`TableError`; its ``code`` says which rule was broken and ``details`` where.
Errors inside one cell (``#REF!``) are not exceptions: they stay in the cell as text and
:func:`is_error_text` recognises them.
"""

import codecs
import csv
import datetime
import io
import logging
import re
import warnings
import zipfile

from .key_normal import clean_text

_logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_SHARED_STRINGS_BYTES = 96 * 1024 * 1024
MAX_PARTS = 2000
MAX_COLUMNS = 200
MAX_CELL_CHARS = 32767
MAX_LINES_IN_CELL = 50

DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8", "cp1255", "cp1250")

UNCALCULATED = "#UNCALCULATED!"
_ERROR_TEXT = re.compile(
    r"#(REF|VALUE|DIV/0|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|UNCALCULATED)!"
    r"|#N/A|#NAME\?|#GETTING_DATA|Err:5\d\d"
)

_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_SHARED_STRINGS = "xl/sharedStrings.xml"
_CHUNK = 1 << 20
_CELL_OVERLAP = 1 << 16
# A formula cell without a value: <c r="B7"><f>SUM(…)</f></c>, <v/> and <v></v> included
_UNCALCULATED_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED_CELLS = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z0-9:]+)"')


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


def open_table(content, name="", encoding="", delimiter=""):
    """Open the bytes of a file as a :class:`WorkbookTable` or a :class:`TextTable`.

    The kind is told by the content, never by the name.

    :param encoding: one of ``ENCODINGS`` for text files, guessed when empty
    :param delimiter: one of ``DELIMITERS`` for text files, guessed when empty
    :raises TableError: not a table, too large, protected
    """
    if not content:
        raise TableError("empty")
    if len(content) > MAX_FILE_BYTES:
        raise TableError("too_large", size=len(content), limit=MAX_FILE_BYTES)
    if content.startswith(_OLE2):
        # Excel wraps an encrypted workbook into the container of the old format
        protected = "EncryptedPackage".encode("utf-16-le") in content
        raise TableError("password" if protected else "old_excel")
    if content.startswith(_ZIP):
        return WorkbookTable(content)
    return TextTable(content, encoding, delimiter)


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


class TextTable(Table):
    """A ``.csv`` file in UTF-8 (with or without mark), UTF-16 with mark, Windows-1255
    or -1250."""

    def __init__(self, content, encoding="", delimiter=""):
        _check_is_text(content)
        self.encoding, text = decode_text(content, encoding)
        if not text.strip():
            raise TableError("empty")
        self._text = text
        self.delimiter = delimiter or guess_delimiter(text)

    def _raw_rows(self):
        reader = csv.reader(
            io.StringIO(self._text, newline=""), delimiter=self.delimiter, strict=True
        )
        start = 1
        try:
            for cells in reader:
                if any(cell.count("\n") > MAX_LINES_IN_CELL for cell in cells):
                    raise TableError("quotes", row=start)
                yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise TableError("quotes", row=start) from error


def _check_is_text(content):
    head = content[:4096].lstrip()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if b"\x00" in content or head.startswith((b"%PDF", b"{\\rtf")):
        raise TableError("not_table")
    if re.match(
        rb"(?:\xef\xbb\xbf)?<(?:!doctype|\?xml|html|table)", head, re.IGNORECASE
    ):
        raise TableError("not_table")


def decode_text(content, encoding=""):
    """Return ``(encoding, text)``.

    :param encoding: the encoding a person chose; empty to guess
    :raises TableError: the bytes are not text in that encoding
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", _decode(content, "utf-16")
    chosen = encoding or guess_encoding(content)
    if chosen == "utf-8":
        return chosen, _decode(content, "utf-8-sig")
    if guess_encoding(content) == "utf-8" and not content.isascii():
        # Letters outside ASCII that happen to be faultless UTF-8 are UTF-8
        raise TableError("encoding_utf8", encoding=chosen)
    return chosen, _decode(content, chosen)


def _decode(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise TableError("encoding", encoding=encoding, row=row) from error


def guess_encoding(content):
    """Tell UTF-8, Windows-1255 (Hebrew) and Windows-1250 (Polish) apart.

    Hebrew letters stand in runs, Polish ones alone between plain letters.

    >>> guess_encoding("משה כהן".encode("cp1255"))
    'cp1255'
    >>> guess_encoding("Zażółć gęślą jaźń, Łódź".encode("cp1250"))
    'cp1250'
    >>> guess_encoding("Łódź".encode())
    'utf-8'
    """
    if _is_utf8(content):
        return "utf-8"
    high = re.findall(rb"[\x80-\xff]+", content[:_CHUNK])
    total = sum(map(len, high))
    in_hebrew_runs = sum(
        len(run) for run in re.findall(rb"[\xe0-\xfa]{2,}", b" ".join(high))
    )
    return "cp1255" if in_hebrew_runs * 2 > total else "cp1250"


def _is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess_delimiter(text):
    """Return the delimiter that cuts the first lines into most columns most evenly.

    >>> guess_delimiter("name;city\\n\\"Kowalski, Jan\\";Łódź\\n")
    ';'
    >>> guess_delimiter("name\\n")
    ','
    """
    head = "\n".join(text.splitlines()[:30])

    def score(delimiter):
        try:
            # strict off: the cut may fall into a quoted cell
            widths = [
                len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter)
            ]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        if not wide:
            return (0, 0)
        usual = max(set(wide), key=wide.count)
        return (wide.count(usual), usual)

    return max(DELIMITERS, key=score)


class WorkbookTable(Table):
    """An ``.xlsx`` or ``.xlsm`` workbook, read by openpyxl in read-only mode."""

    def __init__(self, content):
        self._archive = _checked_archive(content)
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
            for reference in _scan(self._archive, path, _UNCALCULATED_CELL):
                letters, row = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()
                uncalculated.setdefault(int(row), []).append(_column_index(letters))
            for reference in _scan(self._archive, path, _MERGED_CELLS):
                merged.append(
                    reference if ":" in reference else f"{reference}:{reference}"
                )
            self._inspected[path] = uncalculated, merged
        return self._inspected[path]


def _checked_archive(content):
    """Return the opened zip file of a workbook whose parts are of a sane size.

    The sizes are those of the directory; zipfile never unpacks more than they say.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise TableError("damaged", reason="BadZipFile") from error
    parts = archive.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
        raise TableError("zip_bomb", size=unpacked, limit=MAX_UNPACKED_BYTES)
    if _SHARED_STRINGS in names:
        size = archive.getinfo(_SHARED_STRINGS).file_size
        if size > MAX_SHARED_STRINGS_BYTES:
            raise TableError("zip_bomb", size=size, limit=MAX_SHARED_STRINGS_BYTES)
    if any(part.flag_bits & 1 for part in parts):
        raise TableError("password")
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise TableError("other_spreadsheet")
    if "[Content_Types].xml" not in names or not any(
        n.startswith("xl/") for n in names
    ):
        raise TableError("not_table")
    for part in parts:
        _check_no_entities(archive, part)
    return archive


def _check_no_entities(archive, part):
    """Refuse XML that declares entities; no spreadsheet program writes any."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    try:
        with archive.open(part) as stream:
            head = stream.read(4096)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ) as error:
        raise TableError("damaged", reason=type(error).__name__) from error
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise TableError("damaged", reason="DOCTYPE")


def _scan(archive, path, pattern):
    """Yield group 1 of every match in the unpacked part, without holding the part in
    memory."""
    rest = b""
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            end = 0
            for match in pattern.finditer(text):
                yield match[1].decode()
                end = match.end()
            rest = text[max(end, len(text) - _CELL_OVERLAP) :]


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
