"""Texts of a row turned into values of a customer's product."""

from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import SQL, float_round, html2plaintext, plaintext2html

from ...tools.key_normal import clean_text
from ...tools.table_matching import is_month_first, parse_amount, parse_date
from ..card.crm_cards_accounts_import_values import CellError, ValueReader

_MAX_QUANTITY = 1e9


class OwnedProductReader(ValueReader):
    """Reads the rows of a list of customers' products.

    How to use it: ``prepare(texts of many rows)`` before the rows are read, so that
    their products are looked up in one query.
    """

    def __init__(self, accounts_import):
        super().__init__(accounts_import)
        self._products = {}  # {text as compared: ids that it may mean}
        owned = self.env["crm.cards.owned.product"]
        self._note = owned._fields["note"], owned
        self._digits = self.env["decimal.precision"].precision_get("Product Unit")

    def prepare(self, texts_of_rows):
        words = {_get_word(texts.get("product") or "") for texts in texts_of_rows}
        words -= self._products.keys() | {""}
        if words:
            self._products.update(self._find_products(words))

    def find_product_id(self, texts):
        """Return the id of the product of a row, 0 where it is not known exactly."""
        found = self._products.get(_get_word(texts.get("product") or ""), ())
        return found[0] if len(found) == 1 else 0

    def find_day(self, texts):
        """Return the day a product was bought, False where the row does not say it."""
        text = clean_text(texts.get("date_bought") or "")
        day = parse_date(text, is_month_first(self.country_code))
        return day.isoformat() if day else False

    def _find_products(self, words):
        """Return ``{word: product ids}`` by reference, else barcode, else name.

        A name is that of any language. Only what the user may see, in the company.
        """
        products = self.env["product.product"]
        query = products._search(
            Domain("company_id", "in", [False, *self.company.parent_ids.ids])
        )
        template = query.join(
            "product_product", "product_tmpl_id", "product_template", "id", "template"
        )
        columns = {
            "reference": SQL(
                "ARRAY[lower(%s)]", SQL.identifier("product_product", "default_code")
            ),
            "barcode": SQL(
                "ARRAY[lower(%s)]", SQL.identifier("product_product", "barcode")
            ),
            "name": SQL(
                "ARRAY(SELECT lower(word.value) FROM jsonb_each_text(%s) word)",
                SQL.identifier(template, "name"),
            ),
        }
        query.add_where(
            SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL("%s && %s", column, list(words)) for column in columns.values()
                ),
            )
        )
        products.flush_model(["default_code", "barcode", "product_tmpl_id"])
        self.env["product.template"].flush_model(["name"])
        found = [defaultdict(list) for _column in columns]
        for product_id, *names_by_column in self.env.execute_query(
            query.select(SQL.identifier("product_product", "id"), *columns.values())
        ):
            for names, ids_by_word in zip(names_by_column, found, strict=True):
                for word in words.intersection(filter(None, names)):
                    ids_by_word[word].append(product_id)
        return {
            word: next((ids[word] for ids in found if word in ids), [])
            for word in words
        }

    def _read_product(self, text, _target, _country_code):
        word = _get_word(text)
        found = self._products.get(word, ())
        if len(found) > 1:
            raise CellError(
                self.env._(
                    "Several products are called “%(text)s”. Write the internal "
                    "reference or the barcode.",
                    text=text,
                )
            )
        if not found:
            raise CellError(
                self.env._(
                    "There is no product with the internal reference, the barcode or "
                    "the name “%(text)s”. Create it first, or write one that exists.",
                    text=text,
                )
            )
        return found[0]

    def _read_serial(self, text, _target, _country_code):
        if not text.isprintable():
            raise CellError(
                self.env._(
                    "The serial number has signs that cannot be printed. Type it again."
                )
            )
        return text

    def _read_quantity(self, text, _target, _country_code):
        value = parse_amount(text)
        value = value and float_round(value, precision_digits=self._digits)
        if not value or not 0 < value <= _MAX_QUANTITY:
            raise CellError(
                self.env._(
                    "“%(text)s” is not a quantity. Write a number above zero.",
                    text=text,
                )
            )
        return value

    def _read_note(self, text, _target, _country_code):
        # As the field keeps it, so that undo knows it again.
        field, model = self._note
        return str(field.convert_to_cache(plaintext2html(text), model))

    def is_same(self, target, old, new, country_code):
        if target.kind == "note":
            return html2plaintext(old or "") == html2plaintext(new)
        return super().is_same(target, old, new, country_code)


def _get_word(text):
    return clean_text(text).lower()
