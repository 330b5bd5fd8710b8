"""A statement of hours as an Excel file."""

import io

MINUTES_OF_DAY = 24 * 60
_COLUMNS = 8
_A4, _RIGHT_TO_LEFT = 9, 2  # as Excel calls them


def make_workbook(env, statements):
    """Return an Excel file with one sheet for each statement.

    Days are days and durations are durations, so that Excel goes on calculating with
    them; sheets of Hebrew run from right to left.

    :param env: whose language the headings are in
    :param statements: of ``_prepare_statements``
    """
    import xlsxwriter  # noqa: PLC0415 as Odoo does, it is slow to load

    output = io.BytesIO()
    # Excel shows no negative durations in files that count their days from 1900.
    options = {"in_memory": True, "date_1904": True}
    with xlsxwriter.Workbook(output, options) as book:
        for number, statement in enumerate(statements, 1):
            _Sheet(env, book, statement, number).fill()
    return output.getvalue()


def lay_out(env, sheet):
    """Turn a sheet as the language is read, and fit its columns on A4.

    :return: the format of words, and the side on which they begin
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    if env["res.lang"]._get_data(code=env.lang).direction != "rtl":
        return {}, "left"
    sheet.right_to_left()
    # Otherwise the first letter of each text says from where it is read.
    return {"reading_order": _RIGHT_TO_LEFT}, "right"


class _Sheet:
    def __init__(self, env, book, statement, number):
        self.env = env
        self.statement = statement
        # Names of customers may hold what names of sheets must not.
        self.sheet = book.add_worksheet(str(number))
        words, side = lay_out(env, self.sheet)
        self.text = book.add_format(words)
        self.bold = book.add_format({**words, "bold": True})
        self.bold_number = book.add_format({**words, "bold": True, "align": "right"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": side})
        self.hours = book.add_format({"num_format": "[h]:mm"})
        self.total = book.add_format({"num_format": "[h]:mm", "bold": True})
        self.row = 0

    def fill(self):
        self._write_head()
        self._write_lines()
        self._write_sums()
        self._write_lots()
        for column, width in enumerate((12, 14, 20, 34, 40, 38, 12, 12)):
            self.sheet.set_column(column, column, width)

    def _write_head(self):
        bank = self.statement["bank"]
        self._write_row([bank.partner_id.display_name], self.bold)
        self._write_row([bank.name], self.bold)
        self._write_row([self.env._("From"), self.statement["date_from"]])
        self._write_row([self.env._("Until"), self.statement["date_to"]])
        self._write_row([_clean(self.statement["forecast"])])
        self.row += 1

    def _write_lines(self):
        headings = [
            self.env._("Date"),
            self.env._("Kind"),
            self.env._("Done by"),
            self.env._("About"),
            self.env._("Text"),
            self.env._("Lot"),
        ]
        self._write_numbers_heading(self.env._("Hours"), self.env._("Left"))
        self._write_row(headings, self.bold)
        self._write_balance(self.env._("Opening balance"), "date_from", "opening")
        for line in self.statement["lines"]:
            self.sheet.write_datetime(self.row, 0, line["date"], self.day)
            texts = ("kind_name", "person", "about", "text", "lot_name")
            for column, name in enumerate(texts, 1):
                self._write_text(column, line[name])
            self._write_hours(_COLUMNS - 2, line["minutes"])
            self._write_hours(_COLUMNS - 1, line["balance"])
            self.row += 1
        self._write_balance(self.env._("Closing balance"), "date_to", "closing")
        self.row += 1

    def _write_balance(self, label, day, name):
        self.sheet.write_datetime(self.row, 0, self.statement[day], self.day)
        self._write_text(1, label, self.bold)
        self._write_hours(_COLUMNS - 1, self.statement[name], self.total)
        self.row += 1

    def _write_sums(self):
        for label, minutes in self.statement["sums"]:
            self._write_text(1, label)
            self._write_hours(_COLUMNS - 2, minutes)
            self.row += 1
        self.row += 1

    def _write_lots(self):
        self._write_text(1, self.env._("Lot"), self.bold)
        self._write_numbers_heading(self.env._("Before"), self.env._("After"))
        self.row += 1
        for lot in self.statement["lots"]:
            self._write_text(1, lot["name"])
            self._write_hours(_COLUMNS - 2, lot["opening"])
            self._write_hours(_COLUMNS - 1, lot["closing"])
            self.row += 1

    def _write_numbers_heading(self, *headings):
        for column, heading in enumerate(headings, _COLUMNS - 2):
            self._write_text(column, heading, self.bold_number)

    def _write_row(self, values, style=None):
        for column, value in enumerate(values):
            if isinstance(value, str):
                self._write_text(column, value, style)
            else:
                self.sheet.write_datetime(self.row, column, value, self.day)
        self.row += 1

    def _write_text(self, column, text, style=None):
        # Never as a formula, whatever it begins with.
        self.sheet.write_string(self.row, column, _clean(text), style or self.text)

    def _write_hours(self, column, minutes, style=None):
        value = minutes / MINUTES_OF_DAY
        self.sheet.write_number(self.row, column, value, style or self.hours)


def _clean(text):
    return text or ""
