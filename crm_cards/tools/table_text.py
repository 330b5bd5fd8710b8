"""Tables out of text files, whatever their encoding and delimiter.

Part of :mod:`.table_reader`, which says how to use it.
"""

import codecs
import csv
import io
import re

from .table_base import Table, TableError

MAX_LINES_IN_CELL = 50

DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8", "cp1255", "cp1250")

_GUESSED_BYTES = 1 << 20


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
    high = re.findall(rb"[\x80-\xff]+", content[:_GUESSED_BYTES])
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
