import base64

from odoo import models
from odoo.exceptions import UserError

from ...tools.table_base import TableError, column_letter
from ...tools.table_matching import (
    HEADER_ROWS,
    HEADERS,
    find_header,
    propose_fields,
)
from ...tools.table_reader import open_table
from ...tools.table_text import guess_encoding
from .crm_cards_accounts_import_column import JOIN_FIELDS

_CHUNK_ROWS = 2000
_MAX_ROWS = 200_000
_SAMPLES = 3  # values shown of each column
_MEGABYTE = 1024 * 1024


class AccountsImportRead(models.Model):
    """Reading the file: its head when the columns are mapped, all of it for the
    preview."""

    _inherit = "crm.cards.accounts.import"

    def _get_content(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _open_table(self):
        """:raises UserError: the file cannot be read; says why and what to do"""
        try:
            table = open_table(
                self._get_content(),
                self.file_name or "",
                self.encoding or "",
                self.delimiter or "",
            )
        except TableError as error:
            raise UserError(self._describe_table_error(error)) from error
        number = self.sheet_number
        if not 1 <= number <= len(table.sheets):
            raise UserError(
                self.env._(
                    "The file has %(count)s sheets, so there is no sheet no. "
                    "%(number)s.",
                    count=len(table.sheets),
                    number=number,
                )
            )
        table.select(table.sheets[number - 1])
        return table

    # -- the head -----------------------------------------------------------------

    def _read_head(self):
        """Find the header, propose the mapping, and forget what was read before."""
        with self._open_table() as table:
            head = self._read_rows(table, HEADER_ROWS + _SAMPLES)
            if not head:
                raise UserError(self._describe_table_error(TableError("empty")))
            position = self._find_header_position(head)
            number, headers = head[position]
            samples = [cells for _number, cells in head[position + 1 :]]
            merged = table.merged_in_row(number)
            self.row_ids._delete_of(self)
            self.column_ids.unlink()
            self.write(
                {
                    "state": "mapped",
                    "sheet_names": ", ".join(table.sheets),
                    "sheet": table.sheets[self.sheet_number - 1],
                    "encoding": table.encoding if table.encoding != "utf-16" else False,
                    "delimiter": table.delimiter,
                    "header_row": number,
                    "notice": self._describe_head(table, headers, samples, merged),
                    "column_ids": [
                        (0, 0, vals) for vals in self._prepare_columns(headers, samples)
                    ],
                }
            )

    def _read_rows(self, table, limit):
        rows = []
        try:
            for number_and_cells in table.rows():
                rows.append(number_and_cells)
                if len(rows) >= limit:
                    break
        except TableError as error:
            raise UserError(self._describe_table_error(error)) from error
        return rows

    def _find_header_position(self, head):
        numbers = [number for number, _cells in head]
        if self.header_row:
            if self.header_row not in numbers:
                raise UserError(
                    self.env._(
                        "Row %(row)s is empty or too far down to be the header. Type "
                        "the number of the row with the names of the columns, or 0.",
                        row=self.header_row,
                    )
                )
            return numbers.index(self.header_row)
        return find_header([cells for _number, cells in head], self._get_header_words())

    def _prepare_columns(self, headers, samples):
        width = max(map(len, [headers, *samples]))
        headers = headers + [""] * (width - len(headers))
        joins = self._choose_joins(self._propose_fields(headers))
        for position, field in enumerate(self._propose_fields(headers)):
            shown = [
                cells[position]
                for cells in samples[:_SAMPLES]
                if len(cells) > position and cells[position]
            ]
            if not headers[position] and not shown:
                continue
            yield {
                "position": position,
                "letter": column_letter(position),
                "header": headers[position][:128],
                "sample": " · ".join(shown)[:128],
                "field": self._can_use_field(field) and field,
                "is_join": field in joins,
            }

    def _propose_fields(self, headers):
        return propose_fields(headers, self._get_header_words())

    def _get_header_words(self):
        """Return ``{field: "header|header|…"}``: what people write above columns."""
        return HEADERS

    def _choose_joins(self, fields):
        """Propose the strongest join column alone: adding weaker ones makes
        contradictions."""
        return [field for field in JOIN_FIELDS if field in fields][:1]

    def _describe_head(self, table, headers, samples, merged):
        notices = []
        if merged:
            notices.append(
                self.env._(
                    "The header has merged cells (%(cells)s). Columns without a name "
                    "of "
                    "their own are not imported unless you choose their field below.",
                    cells=", ".join(merged),
                )
            )
        elif any(not header for header in headers):
            notices.append(
                self.env._(
                    "Some columns have no name in the header and are not imported "
                    "unless you choose their field below."
                )
            )
        if not samples:
            notices.append(self.env._("There is no row below the header."))
        if self.encoding in ("cp1255", "cp1250"):
            guessed = guess_encoding(self._get_content())
            if guessed != self.encoding:
                notices.append(
                    self.env._(
                        "The file looks as if it were written in %(encoding)s. If the "
                        "names below are not readable, choose that and read it again.",
                        encoding=guessed,
                    )
                )
        if len(table.sheets) > 1:
            notices.append(
                self.env._(
                    "Sheet %(number)s of %(count)s was read: %(names)s.",
                    number=self.sheet_number,
                    count=len(table.sheets),
                    names=", ".join(table.sheets),
                )
            )
        return "\n".join(notices)

    # -- all rows -------------------------------------------------------------------

    def _preview(self):
        """Read all rows anew and sort them into heaps."""
        self.row_ids._delete_of(self)
        count = self._insert_rows()
        if not count:
            raise UserError(
                self.env._("There is no row with a value in the columns you chose.")
            )
        self._evaluate()
        self.write({"state": "previewed", "date_undone": False, "undone_by_id": False})
        return True

    def _insert_rows(self):
        fields_by_position = [
            (column.position, column.field)
            for column in self.column_ids
            if column.field
        ]
        rows = self.env["crm.cards.accounts.import.row"]
        count = 0
        chunk = []
        with self._open_table() as table:
            try:
                for number, cells in table.rows():
                    texts = {
                        field: cells[position]
                        for position, field in fields_by_position
                        if position < len(cells) and cells[position]
                    }
                    if number <= self.header_row or not texts:
                        continue
                    chunk.append((number, texts))
                    if len(chunk) == _CHUNK_ROWS:
                        count += len(chunk)
                        self._check_row_limit(count)
                        rows._insert_texts(self, chunk)
                        self._report_progress("read", count)
                        chunk = []
            except TableError as error:
                raise UserError(self._describe_table_error(error)) from error
        if chunk:
            rows._insert_texts(self, chunk)
        return count + len(chunk)

    def _get_label(self, texts):
        """Return what a row is called in lists."""
        return texts.get("name") or ""

    def _check_row_limit(self, count):
        if count > _MAX_ROWS:
            raise UserError(
                self.env._(
                    "The file has more than %(limit)s rows. Cut it into several files.",
                    limit=_MAX_ROWS,
                )
            )

    # -- what is wrong with the file -----------------------------------------

    def _describe_table_error(self, error):
        """Say what is wrong with the file and what to do about it."""
        details = dict(error.details)
        for name in ("size", "limit"):
            if error.code in ("too_large", "zip_bomb"):
                details[name] = details.get(name, 0) // _MEGABYTE
        describe = getattr(self, f"_describe_{error.code}", None)
        return describe(**details) if describe else str(error)

    def _describe_empty(self):
        return self.env._("The file is empty. Choose a file with a header and rows.")

    def _describe_too_large(self, size, limit):
        return self.env._(
            "The file has %(size)s MB, at most %(limit)s MB are read. Save only the "
            "sheet with the table, or cut it into several files.",
            size=size,
            limit=limit,
        )

    def _describe_zip_bomb(self, size, limit):
        return self.env._(
            "Unpacked, the workbook has %(size)s MB, at most %(limit)s MB are read. "
            "Delete empty rows below the table and other sheets, and save it again.",
            size=size,
            limit=limit,
        )

    def _describe_password(self):
        return self.env._(
            "The workbook is protected by a password. Open it, save it without a "
            "password, and choose that file."
        )

    def _describe_old_excel(self):
        return self.env._(
            "This is a workbook of Excel 97-2003 (.xls). Open it and save it as .xlsx."
        )

    def _describe_other_spreadsheet(self):
        return self.env._(
            "This kind of workbook is not read. Open it and save it as .xlsx."
        )

    def _describe_not_table(self):
        return self.env._(
            "The file is neither an .xlsx workbook nor a text file with separated "
            "columns (.csv). Save the table as .xlsx and choose that file."
        )

    def _describe_damaged(self, reason):
        return self.env._(
            "The workbook is damaged and cannot be opened (%(reason)s). Open it in a "
            "spreadsheet program and save it again as .xlsx.",
            reason=reason,
        )

    def _describe_no_sheet(self, sheet):
        return self.env._(
            "There is no sheet “%(sheet)s” in the file. Read the file again.",
            sheet=sheet,
        )

    def _describe_encoding(self, encoding, row):
        return self.env._(
            "Row %(row)s has signs that do not exist in %(encoding)s. Choose another "
            "encoding, or save the file as UTF-8.",
            row=row,
            encoding=encoding,
        )

    def _describe_encoding_utf8(self, encoding):
        return self.env._(
            "The file is written in UTF-8, not in %(encoding)s. Choose UTF-8, or leave "
            "the encoding empty.",
            encoding=encoding,
        )

    def _describe_quotes(self, row):
        return self.env._(
            "From row %(row)s on the quotation marks do not match: one is opened and "
            "not "
            "closed, or text follows a closing one. Write quotation marks inside a "
            "cell twice, or save the table as .xlsx.",
            row=row,
        )

    def _describe_cell_too_long(self, row, column, limit):
        return self.env._(
            "Row %(row)s, column %(column)s has more than %(limit)s characters. "
            "Shorten it; in a text file a quotation mark may be missing.",
            row=row,
            column=column,
            limit=limit,
        )

    def _describe_too_many_columns(self, row, limit):
        return self.env._(
            "Row %(row)s has more than %(limit)s columns. Delete the columns that are "
            "not needed; in a text file the delimiter may be wrong.",
            row=row,
            limit=limit,
        )
