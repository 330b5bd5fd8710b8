"""Install, upgrade twice and uninstall the add-on on a database with history.

    python3 dev/tests/check_uninstall.py CONF DATABASE -- PYTHON -m odoo

The database is changed, so give it a copy; it has the modules that ``crm_cards``
depends on, but not ``crm_cards``. ``psql`` is found and connects by the usual
environment variables. Prints one line for each statement that was checked and ends
with exit code 1 when one of them is false.
"""

import csv
import hashlib
import io
import os
import subprocess
import sys

ADDON = "crm_cards"
_ONCE = ("--stop-after-init", "--no-http")
# What the companies had before must be the same afterwards, to the last cell.
KEPT_TABLES = [
    "res_partner",
    "res_partner_bank",
    "res_partner_category",
    "res_partner_res_partner_category_rel",
    "res_company",
    "res_users",
    "res_groups",
    "res_groups_users_rel",
    "res_groups_implied_rel",
    "product_category",
    "product_product",
    "product_template",
    "crm_lead",
    "crm_team",
    "utm_source",
    "sale_order",
    "sale_order_line",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "payment_transaction",
    "calendar_event",
    "mail_activity",
    "mail_activity_type",
    "mail_activity_plan_template",
    "ir_sequence",
    "ir_default",
    "ir_rule",
    "ir_model_access",
]
# Modules write these records while they are loaded, so their dates move.
LOADED_TABLES = {
    "res_company",
    "res_users",
    "res_groups",
    "ir_rule",
    "ir_model_access",
    "ir_sequence",
    "mail_activity_type",
    "mail_activity_plan_template",
}
# Users get groups, which moves the dates of their partners as well.
DATES_OF_USERS = {
    column: f"CASE WHEN id IN (SELECT partner_id FROM res_users) THEN NULL "
    f"ELSE {column} END"
    for column in ("write_date", "write_uid")
}
# A day of work with the add-on. What it writes on partners goes around the ORM, so
# that nothing but the add-on's own columns may differ afterwards.
WORK = """
card, other = env["crm.cards.account.card"].search([], limit=2)
card._set_state("blocked", "overdue")
env.cr.execute(
    "UPDATE res_partner SET customer_status_id = (SELECT min(id) FROM "
    "crm_cards_customer_status), temperature_id = (SELECT min(id) FROM "
    "crm_cards_temperature) WHERE id = %s", [card.partner_id.id])
prospects = env["crm.cards.prospect"].search([]).partner_id
prospects = prospects.filtered(lambda partner: partner.customer_kind == "prospect")
prospects[0]._request_conversion(env.company)
prospects[1:]._open_account_card("button")
other.message_post(body="A note on the card")
visits = env["mail.activity"].create([{
    "res_model_id": env["ir.model"]._get_id("crm.cards.account.card"),
    "res_id": other.id, "user_id": user.id,
    "activity_type_id": env.ref("crm_cards.mail_activity_type_task").id,
} for user in env["res.users"].search([], limit=2)])
visits[0].action_feedback(feedback="Seen")
owned = env["crm.cards.owned.product"].create({
    "partner_id": other.partner_id.id, "serial": "LP-1",
    "product_id": env["product.product"].search([], limit=1).id})
env["crm.cards.department"].create({"name": "Turns", "assign_method": "round_robin"})
env["crm.cards.service.contract"].create({
    "partner_id": other.partner_id.id, "item_ids": [
        (0, 0, {"owned_product_id": owned.id}),
        (0, 0, {"categ_id": owned.categ_id.id})]})
env.cr.commit()
"""
# {what: (table, column that names it, condition)} of nothing that may remain.
LEFTOVERS = {
    "table": ("pg_tables", "tablename", "tablename LIKE 'crm\\_cards%'"),
    "index": ("pg_indexes", "indexname", "indexname LIKE '%crm\\_cards%'"),
    "sequence": ("pg_class", "relname", "relkind = 'S' AND relname ~ 'crm_cards'"),
    "column": (
        "information_schema.columns",
        "table_name || '.' || column_name",
        "column_name LIKE '%crm\\_cards%' OR column_name LIKE 'card\\_%'",
    ),
    "external id": (
        "ir_model_data",
        "name",
        "module = 'crm_cards' AND model <> 'ir.module.module'",
    ),
    "model": ("ir_model", "model", "model LIKE 'crm.cards%'"),
    "field": ("ir_model_fields", "name", "name ~ '^(crm_cards|card_)'"),
    "message": ("mail_message", "id", "model LIKE 'crm.cards%'"),
    "activity": ("mail_activity", "id", "res_model LIKE 'crm.cards%'"),
    "follower": ("mail_followers", "id", "res_model LIKE 'crm.cards%'"),
    "attachment": ("ir_attachment", "id", "res_model LIKE 'crm.cards%'"),
    "key sequence": ("ir_sequence", "name", "code LIKE 'crm.cards%'"),
    "parameter": ("ir_config_parameter", "key", "key LIKE 'crm\\_cards%'"),
    "filter": ("ir_filters", "name", "model_id LIKE 'crm.cards%'"),
    "cron": ("ir_cron", "cron_name", "cron_name ILIKE '%accounts import%'"),
}
EXPECTED_CARDS = """
    SELECT COALESCE(p.commercial_partner_id, p.id) AS partner_id, l.company_id,
           CASE WHEN count(*) FILTER (WHERE a.account_type = 'liability_payable') = 0
                THEN 'customers'
                WHEN count(*) FILTER (WHERE a.account_type = 'asset_receivable') = 0
                THEN 'suppliers'
                ELSE 'customers_suppliers' END AS main_account,
           min(l.date) AS first_day
      FROM account_move m
      JOIN account_move_line l ON l.move_id = m.id
      JOIN account_account a ON a.id = l.account_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE m.state = 'posted'
       AND a.account_type IN ('asset_receivable', 'liability_payable')
     GROUP BY 1, 2
"""

_OVERDUE_YEARS = """
    SELECT count(*) FROM (VALUES (1)) one WHERE NOT EXISTS (
        SELECT FROM ir_config_parameter
         WHERE key = 'mail.activity.gc.delete_overdue_years' AND value = '{}')"""

# {statement: query that counts what contradicts it}
ACTIVITY_STATEMENTS = {
    "activities on partners belong to their companies": """
        SELECT count(*) FROM mail_activity a JOIN res_partner p ON p.id = a.res_id
         WHERE a.res_model = 'res.partner'
           AND a.card_customer_id IS DISTINCT FROM p.commercial_partner_id""",
    "activities on opportunities belong to these and their customers": """
        SELECT count(*) FROM mail_activity a JOIN crm_lead l ON l.id = a.res_id
          LEFT JOIN res_partner p ON p.id = l.partner_id
         WHERE a.res_model = 'crm.lead'
           AND (a.card_customer_id IS DISTINCT FROM p.commercial_partner_id
                OR a.card_opportunity_id IS DISTINCT FROM l.id)""",
    "whoever planned an activity has asked for it": """
        SELECT count(*) FROM mail_activity
         WHERE card_asked_by_id IS DISTINCT FROM create_uid""",
    "no activity went to a calendar by itself": """
        SELECT count(*) FROM mail_activity WHERE card_on_calendar""",
    "old overdue activities are not deleted": _OVERDUE_YEARS.format("-1"),
}
ACTIVITY_STATEMENTS_AFTERWARDS = {
    "old overdue activities are deleted as before": _OVERDUE_YEARS.format("3"),
    "meetings take their activities along as before": """
        SELECT count(*) FROM pg_constraint
         WHERE conname = 'mail_activity_calendar_event_id_fkey'
           AND confdeltype <> 'c'""",
}
CARD_STATEMENTS = {
    "every ledger with postings has exactly one card": f"""
        SELECT count(*) FROM ({EXPECTED_CARDS}) e WHERE 1 <> (
            SELECT count(*) FROM crm_cards_account_card c
             WHERE c.partner_id = e.partner_id AND c.active
               AND c.company_id = e.company_id)""",
    "the main account says which sides are posted": f"""
        SELECT count(*) FROM ({EXPECTED_CARDS}) e
          JOIN crm_cards_account_card c USING (partner_id, company_id)
         WHERE c.main_account <> e.main_account""",
    "cards without postings come from a rank": f"""
        SELECT count(*) FROM crm_cards_account_card c
         WHERE NOT EXISTS (SELECT FROM ({EXPECTED_CARDS}) e
                WHERE e.partner_id = c.partner_id
                  AND e.company_id = c.company_id)
           AND NOT EXISTS (SELECT FROM res_partner p
                WHERE p.commercial_partner_id = c.partner_id
                  AND p.customer_rank + p.supplier_rank > 0)""",
    "every card has one event with the date of its first posting": f"""
        SELECT count(*) FROM ({EXPECTED_CARDS}) e
          JOIN crm_cards_account_card c USING (partner_id, company_id)
         WHERE 1 <> (
            SELECT count(*) FROM crm_cards_conversion v
             WHERE v.card_id = c.id AND v.cause = 'install'
               AND v.account_key = c.account_key
               AND v.date::date = e.first_day)""",
    "keys are in order of the first posting": """
        SELECT count(*) FROM crm_cards_account_card a
          JOIN crm_cards_account_card b USING (company_id, main_account)
         WHERE a.date_opened < b.date_opened
           AND a.account_key > b.account_key""",
    "nobody's user and no own company has become a prospect": """
        SELECT count(*) FROM crm_cards_prospect f
         WHERE f.partner_id IN (SELECT partner_id FROM res_company)
            OR f.partner_id IN (SELECT partner_id FROM res_users
                                 WHERE share IS NOT TRUE)""",
}


class UninstallCheck:
    """One run over one database.

    :param list odoo_command: what starts Odoo's command line, ``[python, -m, odoo]``
    :param str conf: Odoo's configuration file
    :param str database: a copy that may be changed
    :param dict env: variables for Odoo and ``psql``
    """

    def __init__(self, odoo_command, conf, database, env):
        self.odoo_command = [str(part) for part in odoo_command]
        self.conf = str(conf)
        self.database = database
        self.env = env
        self.failures = []

    # -- the run --

    def run(self):
        """Return the statements that turned out to be false."""
        # Demo data of the add-on would mix with the history of the companies.
        self._psql("UPDATE ir_module_module SET demo = FALSE")
        before = self._take_picture()
        self._odoo("server", "-i", ADDON, *_ONCE)
        self._check_cards()
        self._check_activities("installed", ACTIVITY_STATEMENTS)
        self._compare("the install", before, self._take_picture(before))
        ours = []
        for _time in range(2):
            self._odoo("server", "-u", ADDON, *_ONCE)
            ours.append(self._take_picture_of_ours())
        for name in ours[0].keys() | ours[1].keys():
            same = ours[0].get(name) == ours[1].get(name)
            self._say(same, f"the second upgrade changes nothing in {name}")
        self._compare("two upgrades", before, self._take_picture(before))
        self._odoo("shell", "--no-http", script=WORK)
        self._odoo("module", "uninstall", ADDON)
        self._compare("the uninstall", before, self._take_picture(before))
        self._check_nothing_is_left(before)
        self._check_activities("uninstalled", ACTIVITY_STATEMENTS_AFTERWARDS)
        return self.failures

    def _say(self, is_true, statement, detail=""):
        print("ok  " if is_true else "FAIL", statement, detail, flush=True)
        if not is_true:
            self.failures.append(statement)

    # -- tools --

    def _odoo(self, *arguments, script=""):
        command = [*self.odoo_command, *arguments]
        result = subprocess.run(
            [*command, "-c", self.conf, "-d", self.database],
            env=self.env,
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        bad = [
            line
            for line in result.stdout.splitlines()
            if any(f" {level} " in line for level in ("WARNING", "ERROR", "CRITICAL"))
            or line.startswith("Traceback")
        ]
        statement = f"odoo {' '.join(arguments)} runs without a warning"
        self._say(not bad and not result.returncode, statement, "\n".join(bad[:5]))

    def _psql(self, statement):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.database]
        result = subprocess.run(
            [*command, "-c", statement],
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        return result.stdout

    def _copy(self, query):
        """Return the rows of a query as lists of text, column names first."""
        answer = self._psql(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)")
        return list(csv.reader(io.StringIO(answer)))

    def _value(self, query):
        return self._copy(query)[1][0]

    # -- pictures --

    def _take_picture(self, like=None):
        """Return ``{table: (columns, rows)}`` of what is kept.

        :param dict like: an earlier picture, whose columns are taken again
        """
        picture = {}
        for table in like or KEPT_TABLES:
            columns = like[table][0] if like else self._get_columns(table)
            picture[table] = (columns, self._read_table(table, columns))
        return picture

    def _get_columns(self, table):
        rows = self._copy(
            "SELECT column_name FROM information_schema.columns "
            f"WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY 1"
        )
        return [name for (name,) in rows[1:]]

    def _read_table(self, table, columns):
        order = "id" if "id" in columns else ", ".join(columns)
        special = DATES_OF_USERS if table == "res_partner" else {}
        quoted = ", ".join(special.get(column, f'"{column}"') for column in columns)
        return self._copy(f'SELECT {quoted} FROM "{table}" ORDER BY {order}')[1:]

    def _take_picture_of_ours(self):
        """Return ``{table or part of the schema: fingerprint}`` of the add-on's own."""
        tables = self._copy(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_name LIKE 'crm\\_cards\\_%'"
        )[1:]
        picture = {
            table: self._read_table(table, self._get_columns(table))
            for (table,) in tables
        }
        picture["columns"] = self._copy(
            "SELECT table_name, column_name, data_type, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' "
            "ORDER BY 1, 2"
        )
        picture["indexes"] = self._copy(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = 'public' ORDER BY 1"
        )
        picture["constraints"] = self._copy(
            "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint ORDER BY 1, 2"
        )
        return {
            name: hashlib.sha256(repr(rows).encode()).hexdigest()
            for name, rows in picture.items()
        }

    def _compare(self, event, before, after):
        for table, (columns, rows) in before.items():
            loose = {"write_date", "write_uid"} if table in LOADED_TABLES else set()
            is_end = event == "the uninstall"
            difference = _find_difference(columns, rows, after[table][1], loose, is_end)
            self._say(not difference, f"{event} leaves {table} as it was", difference)

    # -- statements --

    def _check_cards(self):
        expected = self._value(f"SELECT count(*) FROM ({EXPECTED_CARDS}) e")
        self._say(expected != "0", "the database has history", f"({expected} ledgers)")
        for statement, query in CARD_STATEMENTS.items():
            wrong = self._value(query)
            self._say(
                wrong == "0", statement, "" if wrong == "0" else f"({wrong} wrong)"
            )
        for main_account in ("customers", "customers_suppliers", "suppliers"):
            opened = self._value(
                "SELECT count(*) FROM crm_cards_account_card "
                f"JOIN ({EXPECTED_CARDS}) e USING (partner_id, company_id) "
                f"WHERE crm_cards_account_card.main_account = '{main_account}'"
            )
            posted = self._value(
                f"SELECT count(*) FROM ({EXPECTED_CARDS}) e "
                f"WHERE e.main_account = '{main_account}'"
            )
            self._say(opened == posted, f"as many {main_account} as the ledger", opened)

    def _check_activities(self, when, statements):
        for statement, query in statements.items():
            wrong = self._value(query)
            self._say(wrong == "0", f"{when}: {statement}", f"({wrong} wrong)")

    def _check_nothing_is_left(self, before):
        for table, (columns, _rows) in before.items():
            left = set(self._get_columns(table)) - set(columns)
            self._say(not left, f"no column is left in {table}", ", ".join(left))
        for what, (table, name, condition) in LEFTOVERS.items():
            rows = self._copy(f"SELECT {name} FROM {table} WHERE {condition}")[1:]
            names = ", ".join(row[0] for row in rows[:5])
            self._say(not rows, f"no {what} of the add-on is left", names)


def _find_difference(columns, before, after, loose, is_end):
    """Return words about the first cell that differs, or nothing.

    :param set loose: columns that may differ
    :param bool is_end: whether new rows are a difference, too
    """
    if "id" not in columns:
        gone = [row for row in before if row not in after]
        added = [row for row in after if row not in before] if is_end else []
        return f"gone {gone[:2]} added {added[:2]}" if gone or added else ""
    position = columns.index("id")
    after_by_id = {row[position]: row for row in after}
    for row in before:
        other = after_by_id.pop(row[position], None)
        if not other:
            return f"row {row[position]} is gone"
        for column, old, new in zip(columns, row, other, strict=True):
            if old != new and column not in loose:
                return f"row {row[position]}, {column}: {old!r} -> {new!r}"
    if is_end and after_by_id:
        return f"rows {sorted(after_by_id, key=int)[:5]} are new"
    return ""


def main(arguments):
    """Run the check as told on the command line; return the exit code."""
    try:
        split = arguments.index("--")
        conf, database = arguments[:split]
    except ValueError:
        print(__doc__)
        return 2
    check = UninstallCheck(arguments[split + 1 :], conf, database, dict(os.environ))
    failures = check.run()
    print(f"{len(failures)} statements are false")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
