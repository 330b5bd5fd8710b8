"""Texts of a row turned into values of fields, with the dictionaries loaded once."""

from odoo.tools import split_every

from ...tools.key_normal import (
    clean_text,
    normal_email,
    normal_phone,
    normal_vat,
    normal_words,
)
from ...tools.table_base import UNCALCULATED, is_error_text
from ...tools.table_matching import (
    country_codes,
    is_month_first,
    language_codes,
    parse_amount,
    parse_date,
    parse_main_account,
    parse_yes_no,
    runs_as_formula,
)

_AMBIGUOUS = 0  # no record has this id
_MAX_AMOUNT = 1e12


class CellError(Exception):
    """A cell does not hold what its column promises; the text says what to do."""


class ValueReader:
    """Reads the texts of rows for one import.

    How to use it: ``read_texts(texts)`` for every row; the dictionaries are loaded when
    the first name is looked up, so the number of queries does not depend on the number
    of rows.

    :param accounts_import: one ``crm.cards.accounts.import``
    """

    def __init__(self, accounts_import):
        self.env = accounts_import.env
        self.company = accounts_import.company_id
        self.country_code = self.company.country_id.code or ""
        self._targets = accounts_import._get_targets()
        self._parts = accounts_import._get_parts()
        self._labels = {
            column.field: f"{column.letter} ({column.header})"
            for column in accounts_import.column_ids
            if column.field
        }
        self._dictionaries = {}
        self._countries = {
            country.code: country for country in self.env["res.country"].search([])
        }
        self._langs = {code for code, _name in self.env["res.lang"].get_installed()}

    def prepare(self, texts_of_rows):
        """Load at once what is needed to read these rows one after the other."""

    def read_texts(self, texts):
        """Return ``({part: values}, problems)``; empty texts are left out, and what
        only says who is meant."""
        vals_by_part = {part: {} for part in self._parts}
        problems = []
        country_code = self.get_country_code(texts)
        for field, text in texts.items():
            text = clean_text(text)
            target = self._targets.get(field)
            if not text or not target or target.part not in self._parts:
                continue
            try:
                self._check_cell(text, target)
                value = self._read_cell(text, target, country_code)
            except CellError as error:
                problems.append(self._describe_problem(field, error))
            else:
                vals_by_part[target.part][target.fname] = value
        return vals_by_part, problems

    def get_country_code(self, texts):
        """Return the country in which tax and phone numbers of a row are read."""
        code = country_codes().get(normal_words(texts.get("country") or ""))
        return code or self.country_code

    def _describe_problem(self, field, error):
        return self.env._(
            "Column %(column)s: %(problem)s",
            column=self._labels.get(field, field),
            problem=error,
        )

    def _check_cell(self, text, target):
        if text == UNCALCULATED:
            raise CellError(
                self.env._(
                    "The formula has no result. Open the file in a spreadsheet "
                    "program, save it there, and read it again; or type the value here."
                )
            )
        if is_error_text(text):
            raise CellError(
                self.env._(
                    "The formula shows the error %(error)s. Correct it in the file, "
                    "or type the value here.",
                    error=text,
                )
            )
        if runs_as_formula(text) and target.kind != "amount":
            raise CellError(
                self.env._(
                    "“%(text)s” would run as a formula when it is exported to a "
                    "spreadsheet. Type it without the sign in front.",
                    text=text[:40],
                )
            )
        if len(text) > target.limit:
            raise CellError(
                self.env._(
                    "The text has %(length)s characters, at most %(limit)s are "
                    "allowed. Shorten it.",
                    length=len(text),
                    limit=target.limit,
                )
            )

    def _read_cell(self, text, target, country_code):
        read = getattr(self, f"_read_{target.kind}")
        return read(text, target, country_code)

    def _read_text(self, text, _target, _country_code):
        return text

    def _read_key(self, text, _target, _country_code):
        if not text.isprintable():
            raise CellError(
                self.env._("The key has signs that cannot be printed. Type it again.")
            )
        return text

    def _read_vat(self, text, _target, country_code):
        number = normal_vat(text, country_code)
        valid = number and any(char.isdigit() for char in number)
        if valid:
            # Odoo's own check, as strict as the database wants it (module base_vat)
            country = self._countries.get(country_code, self.env["res.country"])
            text, _code = self.env["res.partner"]._run_vat_checks(
                country, text, validation="setnull"
            )
        if not valid or not text:
            raise CellError(
                self.env._(
                    "This is not a valid tax number of the country %(country)s. "
                    "Correct the number or the country.",
                    country=country_code or "?",
                )
            )
        return text

    def _read_phone(self, text, _target, _country_code):
        if sum(map(str.isdigit, text)) < 3:
            raise CellError(
                self.env._("“%(text)s” is not a phone number. Correct it.", text=text)
            )
        return text

    def _read_email(self, text, _target, _country_code):
        if not normal_email(text):
            raise CellError(
                self.env._(
                    "“%(text)s” is not one e-mail address. Correct it.", text=text
                )
            )
        return text

    def _read_website(self, text, _target, _country_code):
        if " " in text or "." not in text:
            raise CellError(
                self.env._("“%(text)s” is not a web address. Correct it.", text=text)
            )
        return self.env["res.partner"]._clean_website(text)

    def _read_yes_no(self, text, _target, _country_code):
        value = parse_yes_no(text)
        if value is None:
            raise CellError(
                self.env._(
                    "“%(text)s” is neither yes nor no. Write yes or no.", text=text
                )
            )
        return value

    def _read_amount(self, text, _target, _country_code):
        value = parse_amount(text)
        if value is None or not 0 <= value <= _MAX_AMOUNT:
            raise CellError(
                self.env._("“%(text)s” is not an amount. Write a number.", text=text)
            )
        return value

    def _read_date(self, text, _target, _country_code):
        value = parse_date(text, is_month_first(self.country_code))
        if not value:
            raise CellError(
                self.env._(
                    "“%(text)s” is not a day. Write it as year-month-day, for example "
                    "2026-03-31.",
                    text=text,
                )
            )
        return value.isoformat()

    def _read_main_account(self, text, _target, _country_code):
        value = parse_main_account(text)
        if not value:
            raise CellError(
                self.env._(
                    "“%(text)s” is no main account. Write customers, suppliers, "
                    "or customers-suppliers.",
                    text=text,
                )
            )
        return value

    def _read_country(self, text, _target, _country_code):
        country = self._countries.get(country_codes().get(normal_words(text)))
        if not country:
            return self._find_by_name("res.country", text)
        return country.id

    def _read_lang(self, text, _target, _country_code):
        if text in self._langs:
            return text
        code = language_codes().get(normal_words(text), "")
        found = [lang for lang in self._langs if code and lang.split("_")[0] == code]
        if not found:
            raise CellError(
                self.env._(
                    "“%(text)s” is not a language that is switched on here. An "
                    "administrator can add it under Settings, Languages.",
                    text=text,
                )
            )
        return sorted(found)[0]

    def _read_name(self, text, target, _country_code):
        return self._find_by_name(target.comodel, text)

    def _read_tags(self, text, target, _country_code):
        names = [name for name in text.replace(";", ",").split(",") if name.strip()]
        return sorted({self._find_by_name(target.comodel, name) for name in names})

    def _find_by_name(self, model, text):
        record_id = self._get_dictionary(model).get(normal_words(text))
        if record_id == _AMBIGUOUS:
            raise CellError(
                self.env._(
                    "There are several entries called “%(text)s” in %(dictionary)s. "
                    "Rename one of them.",
                    text=text,
                    dictionary=self._describe_model(model),
                )
            )
        if not record_id:
            raise CellError(
                self.env._(
                    "There is no “%(text)s” in %(dictionary)s. Create it there first, "
                    "or write one that exists.",
                    text=text,
                    dictionary=self._describe_model(model),
                )
            )
        return record_id

    def _describe_model(self, model):
        return self.env["ir.model"]._get(model).name

    def _get_dictionary(self, model):
        """Return ``{name as compared: id}`` over all languages, under the user's
        rights."""
        if model not in self._dictionaries:
            names = {}
            records = self.env[model].search(self._get_dictionary_domain(model))
            for lang in sorted(self._langs):
                for record in records.with_context(lang=lang):
                    for name in self._get_entry_names(record):
                        word = normal_words(name)
                        if names.setdefault(word, record.id) != record.id:
                            names[word] = _AMBIGUOUS
            self._dictionaries[model] = names
        return self._dictionaries[model]

    def _get_dictionary_domain(self, model):
        if model == "account.payment.term":
            return [("company_id", "in", [False, *self.company.parent_ids.ids])]
        if model == "res.users":
            return [("share", "=", False), ("company_ids", "in", self.company.ids)]
        return []

    def _get_entry_names(self, record):
        names = [record.name]
        if record._name == "res.users":
            names.append(record.login)
        return [name for name in names if name]

    # -- comparing ------------------------------------------------------------

    def is_same(self, target, old, new, country_code):
        """Say whether writing ``new`` over ``old`` would only change the spelling."""
        if target.kind == "tags":
            return set(new) <= set(old or ())
        if not old or not new:
            return (old or False) == (new or False)
        if target.kind == "vat":
            return normal_vat(old, country_code) == normal_vat(new, country_code)
        if target.kind == "email":
            return normal_email(old) == normal_email(new)
        if target.kind == "phone":
            number = normal_phone(new, country_code)
            return (
                old == new or bool(number) and normal_phone(old, country_code) == number
            )
        return old == new


def describe_names(env, ids_by_model):
    """Return ``{(model, id): name}`` with one query for each model."""
    names = {}
    for model, ids in ids_by_model.items():
        for batch in split_every(1000, sorted(ids)):
            for record in env[model].browse(batch).exists():
                names[model, record.id] = record.display_name
    return names
