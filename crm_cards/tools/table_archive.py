"""The zip file that a workbook is: looked at before anything of it is unpacked.

Part of :mod:`.table_reader`, which says how to use it.
"""

import io
import zipfile

from .table_base import TableError

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_SHARED_STRINGS_BYTES = 96 * 1024 * 1024
MAX_PARTS = 2000

_SHARED_STRINGS = "xl/sharedStrings.xml"
_CHUNK = 1 << 20
_CELL_OVERLAP = 1 << 16


def open_archive(content):
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


def scan(archive, path, pattern):
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
