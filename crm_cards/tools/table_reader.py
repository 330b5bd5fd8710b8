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
:class:`.TableError`; its ``code`` says which rule was broken and ``details`` where.
Errors inside one cell (``#REF!``) are not exceptions: they stay in the cell as text and
:func:`.is_error_text` recognises them.
"""

from .table_base import TableError
from .table_text import TextTable
from .table_workbook import WorkbookTable

MAX_FILE_BYTES = 64 * 1024 * 1024

_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"


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
