"""The hours of a run that is billed, as an Excel file."""

import io

from .hours_statement_xlsx import MINUTES_OF_DAY, lay_out

_WIDTHS = (28, 20, 24, 24, 12, 18, 40, 10, 10, 10, 24, 10, 8, 12, 14, 16)


def make_workbook(env, rows):
    """Return an Excel file with one row for each piece of work, and their sums.

    :param env: whose language the headings are in
    :param rows: of ``_prepare_rows`` of the run
    """
    import xlsxwriter  # noqa: PLC0415 as Odoo does, it is slow to load

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        _Sheet(env, book).fill(rows)
    return output.getvalue()


class _Sheet:
    def __init__(self, env, book):
        self.env = env
        self.sheet = book.add_worksheet()
        words, _side = lay_out(env, self.sheet)
        self.text = book.add_format(words)
        self.bold = book.add_format({**words, "bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.hours = book.add_format({"num_format": "[h]:mm"})
        self.total = book.add_format({"num_format": "[h]:mm", "bold": True})
        self.money = book.add_format({"num_format": "#,##0.00"})

    def fill(self, rows):
        columns = self._get_columns()
        for column, (heading, _name, _write) in enumerate(columns):
            self.sheet.write_string(0, column, heading, self.bold)
        for number, row in enumerate(rows, 1):
            for column, (_heading, name, write) in enumerate(columns):
                write(number, column, row[name])
        last = len(rows)
        for column, (_heading, name, _write) in enumerate(columns):
            if name.endswith("minutes"):
                total = sum(row[name] for row in rows) / MINUTES_OF_DAY
                self.sheet.write_number(last + 1, column, total, self.total)
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, last, len(columns) - 1)

    def _get_columns(self):
        """Return ``(heading, name of the value, how it is written)``."""
        return [
            (self.env._("Customer"), "customer", self._write_text),
            (self.env._("Hours bank"), "bank", self._write_text),
            (self.env._("Project"), "project", self._write_text),
            (self.env._("About"), "about", self._write_text),
            (self.env._("Date"), "date", self._write_day),
            (self.env._("Done by"), "person", self._write_text),
            (self.env._("Text"), "text", self._write_text),
            (self.env._("Worked"), "worked_minutes", self._write_hours),
            (self.env._("Not paid for"), "minutes", self._write_hours),
            (self.env._("To bill"), "bill_minutes", self._write_hours),
            (self.env._("Reason"), "reason", self._write_text),
            (self.env._("Price per hour"), "price", self._write_money),
            (self.env._("Currency"), "currency", self._write_text),
            (self.env._("Amount"), "amount", self._write_money),
            (self.env._("Status"), "state", self._write_text),
            (self.env._("Invoice"), "invoice", self._write_text),
        ]

    def _write_text(self, row, column, text):
        # Never as a formula, whatever it begins with.
        self.sheet.write_string(row, column, text or "", self.text)

    def _write_day(self, row, column, day):
        self.sheet.write_datetime(row, column, day, self.day)

    def _write_hours(self, row, column, minutes):
        self.sheet.write_number(row, column, minutes / MINUTES_OF_DAY, self.hours)

    def _write_money(self, row, column, amount):
        self.sheet.write_number(row, column, amount, self.money)
