import datetime
import io
import zipfile

import openpyxl

from odoo.tests.common import BaseCase

from ..tools import key_normal, table_base, table_matching, table_text, table_workbook
from ..tools.table_base import UNCALCULATED, TableError
from ..tools.table_reader import open_table
from .common_examples import ExamplesCase
from .common_import import table_file


class TestTableDoctests(ExamplesCase):
    def test_examples_hold(self):
        for module, at_least in (
            (key_normal, 4),
            (table_base, 2),
            (table_text, 2),
            (table_workbook, 1),
            (table_matching, 4),
        ):
            with self.subTest(module=module.__name__):
                self.assertExamplesHold(module, at_least)


def workbook(rows, patch=None):
    """Return the bytes of a workbook; ``patch`` changes the sheet's XML."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    if not patch:
        return stream.getvalue()
    return repack(
        stream.getvalue(),
        lambda name, data: patch(data) if name == "xl/worksheets/sheet1.xml" else data,
    )


def repack(content, change):
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return stream.getvalue()


def rows_of(content, **options):
    with open_table(content, **options) as table:
        return list(table.rows())


class TestTableReader(BaseCase):
    """What is read, and what is refused, from files of every kind."""

    def assertRefused(self, code, content, **options):
        with self.assertRaises(TableError) as caught:
            rows_of(content, **options)
        self.assertEqual(caught.exception.code, code)
        return caught.exception.details

    # -- workbooks --------------------------------------------------------------

    def test_numbers_are_read_as_shown(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append([30001.0, "00042", 42, 0.07, True, datetime.date(2026, 3, 1), 1.5])
        sheet["C1"].number_format = "00000"
        sheet["D1"].number_format = "0%"
        stream = io.BytesIO()
        book.save(stream)
        self.assertEqual(
            rows_of(stream.getvalue()),
            [(1, ["30001", "00042", "00042", "7%", "TRUE", "2026-03-01", "1.5"])],
        )

    def test_invisible_marks_are_stripped(self):
        content = workbook([["\u200fכהן\u202c", "a\u00a0 b"]])
        self.assertEqual(rows_of(content), [(1, ["כהן", "a b"])])

    def test_wrong_dimension_is_not_believed(self):
        content = workbook(
            [["Name"], ["Levi"]],
            lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:A1"'),
        )
        self.assertEqual(len(rows_of(content)), 2)

    def test_a_million_empty_rows_are_passed_over(self):
        content = workbook(
            [["Name"], ["Levi"]],
            lambda xml: xml.replace(
                b"</sheetData>",
                b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>',
            ),
        )
        self.assertEqual(rows_of(content), [(1, ["Name"]), (2, ["Levi"])])

    def test_errors_of_formulas_stay_visible(self):
        content = workbook(
            [["x", "y"]],
            lambda xml: xml.replace(
                b"</sheetData>",
                b'<row r="2"><c r="A2" t="e"><f>B9</f><v>#REF!</v></c>'
                b'<c r="B2"><f>1+1</f><v></v></c><c r="C2"><f>1+1</f><v>2</v></c></row>'
                b"</sheetData>",
            ),
        )
        self.assertEqual(rows_of(content)[1], (2, ["#REF!", UNCALCULATED, "2"]))

    def test_merged_cells_of_the_header_are_told(self):
        content = workbook(
            [["Customers"], ["Key", "Address"], ["1", "a"]],
            lambda xml: xml.replace(
                b"</sheetData>",
                b'</sheetData><mergeCells count="2"><mergeCell ref="A1:E1"/>'
                b'<mergeCell ref="B2:C2"/></mergeCells>',
            ),
        )
        with open_table(content) as table:
            self.assertEqual(table.merged_in_row(2), ["B2:C2"])

    def test_old_and_protected_workbooks_are_told_apart(self):
        ole2 = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 512
        self.assertRefused("old_excel", ole2)
        self.assertRefused("password", ole2 + "EncryptedPackage".encode("utf-16-le"))

    def test_zip_bomb_is_not_unpacked(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            with archive.open("xl/worksheets/sheet1.xml", "w") as part:
                for _megabyte in range(300):
                    part.write(b" " * 2**20)
        self.assertLess(len(stream.getvalue()), 2**20)
        self.assertRefused("zip_bomb", stream.getvalue())

    def test_entities_are_refused(self):
        content = workbook([["x"]], lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml)
        self.assertRefused("damaged", content)

    def test_damaged_workbooks_are_refused(self):
        good = workbook([["Name"], ["Levi"]])
        self.assertRefused("damaged", good[: len(good) // 2])
        self.assertRefused(
            "damaged", workbook([["x"]], lambda xml: xml.replace(b"</row>", b"<row>"))
        )
        self.assertRefused(
            "damaged",
            repack(
                good, lambda name, data: b"?" if name == "xl/workbook.xml" else data
            ),
        )

    def test_other_zip_files_are_refused(self):
        for name, code in (
            ("word/document.xml", "not_table"),
            ("content.xml", "other_spreadsheet"),
            ("xl/workbook.bin", "other_spreadsheet"),
        ):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr("[Content_Types].xml", "<Types/>")
                archive.writestr(name, "<x/>")
            with self.subTest(name=name):
                self.assertRefused(code, stream.getvalue())

    def test_too_many_columns_are_refused(self):
        details = self.assertRefused("too_many_columns", workbook([["x"] * 201]))
        self.assertEqual(details["row"], 1)

    # -- text files ---------------------------------------------------------------

    def test_encodings_and_delimiters_are_recognised(self):
        hebrew, polish = 'מפתח;שם\n1;"כהן בע""מ"\n', "Klucz\tNazwa\n1\tŁódź, Żabia\n"
        cases = [
            (hebrew.encode(), "utf-8", ";"),
            (hebrew.encode("utf-8-sig"), "utf-8", ";"),
            (hebrew.encode("cp1255"), "cp1255", ";"),
            (polish.encode("cp1250"), "cp1250", "\t"),
            (polish.encode("utf-16"), "utf-16", "\t"),
            (b"Key,Name\n1,Levi\n", "utf-8", ","),
        ]
        for content, encoding, delimiter in cases:
            with self.subTest(encoding=encoding), open_table(content) as table:
                self.assertEqual(
                    (table.encoding, table.delimiter), (encoding, delimiter)
                )
        self.assertEqual(rows_of(cases[2][0])[1], (2, ["1", 'כהן בע"מ']))
        self.assertEqual(rows_of(cases[3][0])[1], (2, ["1", "Łódź, Żabia"]))

    def test_wrong_encoding_is_refused(self):
        self.assertRefused("encoding_utf8", "מפתח,שם".encode(), encoding="cp1250")
        details = self.assertRefused(
            "encoding", b"a,b\n\xff\xfe\xfa,c", encoding="utf-8"
        )
        self.assertEqual(details["row"], 2)
        self.assertRefused("encoding", b"a,b\n\xff,c", encoding="cp1255")

    def test_quotation_marks_must_match(self):
        self.assertEqual(
            self.assertRefused("quotes", b'Key,Name\n1,"Levi\n2,Dan\n'), {"row": 2}
        )
        self.assertRefused("quotes", b'Key,Name\n1,"Levi" Press\n')

    def test_quote_inside_a_cell_is_text(self):
        self.assertEqual(
            rows_of('Key,Name\n1,כהן בע"מ\n'.encode())[1], (2, ["1", 'כהן בע"מ'])
        )

    def test_row_numbers_are_those_of_the_lines(self):
        self.assertEqual(
            rows_of(b'Key,Name\n\n1,"two\nlines"\n2,b\n'),
            [(1, ["Key", "Name"]), (3, ["1", "two\nlines"]), (5, ["2", "b"])],
        )

    def test_no_table_is_refused(self):
        self.assertRefused("empty", b"")
        self.assertRefused("empty", b"\n \n")
        for content in (
            b"%PDF-1.7",
            b"\x89PNG\r\n\x1a\n\0\0",
            b"<html><table>",
            b"{\\rtf1",
        ):
            with self.subTest(content=content):
                self.assertRefused("not_table", content)

    def test_too_long_cell_is_refused(self):
        details = self.assertRefused("cell_too_long", b"a,b\n1," + b"x" * 40000)
        self.assertEqual((details["row"], details["column"]), (2, "B"))


class TestTableFixtures(BaseCase):
    """Files saved by other programs than the tests' own library."""

    def test_workbook_of_libreoffice(self):
        with open_table(table_file("accounts_libreoffice.xlsx")) as table:
            self.assertEqual(table.sheets, ["Accounts"])
            rows = dict(table.rows())
        self.assertEqual(rows[1][0], "לקוחות · Klienci · Customers")
        self.assertEqual(rows[3][:3], ["מפתח חשבון", "Nazwa", "Email"])

    def test_windows_text_files(self):
        self.assertIn(
            (2, ["31001", 'כהן בע"מ', "03-6123456"]),
            rows_of(table_file("accounts_windows1255.csv")),
        )
        self.assertIn(
            (2, ["32001", "Żółć sp. z o.o.", "5260250995"]),
            rows_of(table_file("accounts_windows1250.csv")),
        )
