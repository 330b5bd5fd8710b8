"""The customers list beside Odoo's contacts list, at 200,000 partners."""

from benchmarks import _screens, _volumes

ROUNDS = 3
PARTNERS, POSTED, LEADS = 200_000, 60_000, 20_000
CARDS = _volumes.count_cards(POSTED)

_INSTALL = """
module = env["ir.module.module"].search([("name", "=", "crm_cards")])
module.button_immediate_install()
"""

# Whoever is no customer is a prospect, and every customer has all that a list shows.
_PROSPECTS = """
INSERT INTO crm_cards_prospect (
    partner_id, company_id, date, user_id, cause,
    create_uid, create_date, write_uid, write_date)
SELECT id, 1, create_date, 2, 'new', 2, create_date, 2, create_date
  FROM res_partner partner
 WHERE ref LIKE 'R%'
   AND NOT EXISTS (SELECT FROM crm_cards_account_card WHERE partner_id = partner.id)
   AND NOT EXISTS (SELECT FROM crm_cards_prospect WHERE partner_id = partner.id)
"""
_FILL = """
UPDATE res_partner SET date_next_contact = '2026-03-01', source_id = 1 + id % 2,
       customer_status_id = (SELECT MIN(id) FROM crm_cards_customer_status) + id % 2,
       temperature_id = (SELECT MIN(id) FROM crm_cards_temperature) + id % 2
 WHERE ref LIKE 'R%'
"""
_COUNTRY = """
UPDATE res_partner SET country_id = 100 + id % 3 WHERE ref LIKE 'R%'
"""
_STATISTICS = """
VACUUM (FULL, ANALYZE) res_partner;
"""
_OUR_STATISTICS = """
VACUUM ANALYZE crm_cards_prospect, crm_cards_account_card, crm_cards_conversion
"""

_USER = """
groups = ["base.group_user", "base.group_partner_manager",
          "sales_team.group_sale_salesman_all_leads", "account.group_account_invoice"]
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Bench", "login": "bench",
    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
})
env.cr.commit()
"""

_PARTNERS_OF_USER = """
partners = env["res.partner"]
"""

_TEXTS = {
    "name": "Wiśniewski Meble 1234",
    "Hebrew name": "כרמל מזון 1234",
    "common name": "Transport",
    "nothing": "Qwxzy",
    "phone": "235012345",
    "key": "R12345",
}

_CONTACTS = (
    _screens.TOOLS
    + _PARTNERS_OF_USER
    + """
spec = specification(partners, "base.view_partner_tree")
domain, filters, box = opening(partners, "contacts.action_contacts")
def page(more=(), **kw):
    return lambda: partners.web_search_read(
        [*domain, *more], spec, limit=80, count_limit=10001, **kw)
works = {
    "page": page(),
    "all": page(),
    "mine": page([("user_id", "=", 2)]),
    "sorted": page(order="city"),
    "group": lambda: partners.web_read_group(domain, ["user_id"], ["__count"]),
}
for kind, text in texts.items():
    condition = [("phone", "ilike", text)] if kind == "phone" else box(text)
    works["box " + kind] = page(condition)
    works["field " + kind] = lambda text=text: partners.name_search(text, limit=8)
result = time_all(works, 3)
result["fields"] = len(spec)
"""
)

_CUSTOMERS = (
    _screens.TOOLS
    + _PARTNERS_OF_USER
    + """
spec = specification(partners, "crm_cards.res_partner_view_list_customer")
domain, filters, box = opening(partners, "crm_cards.res_partner_action_customer")
def page(more=(), **kw):
    return lambda: partners.web_search_read(
        [*domain, *more], spec, limit=80, count_limit=10001, **kw)
works = {
    "page": page(filters),
    "all": page(),
    "mine": page([*filters, ("user_id", "=", 2)]),
    "customers": page([*filters, ("customer_kind", "=", "customer")]),
    "prospects": page([*filters, ("customer_kind", "=", "prospect")]),
    "sorted": page(filters, order="customer_kind"),
    "group": lambda: partners.web_read_group(
        [*domain, *filters], ["customer_kind"], ["__count"]),
}
for kind, text in texts.items():
    works["box " + kind] = page([*filters, *box(text)])
    works["field " + kind] = lambda text=text: partners.name_search(text, limit=8)

cards = env["crm.cards.account.card"]
card_spec = specification(cards, "crm_cards.crm_cards_account_card_view_list")
works["cards"] = lambda: cards.web_search_read(
    [], card_spec, limit=80, count_limit=10001)
works["cards by balance"] = lambda: cards.web_search_read(
    [], card_spec, limit=80, count_limit=10001, order="balance desc")
works["cards in debt"] = lambda: cards.web_search_read(
    [("balance", ">", 500)], card_spec, limit=80, count_limit=10001)
def by_hand():
    env.cr.execute('''
        SELECT card.id, card.account_key, item.balance
          FROM crm_cards_account_card card
          LEFT JOIN (
            SELECT partner.commercial_partner_id AS partner_id, item.company_id,
                   SUM(item.amount_residual) AS balance
              FROM account_move_line item
              JOIN account_account account ON account.id = item.account_id
              JOIN res_partner partner ON partner.id = item.partner_id
             WHERE item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
               AND account.account_type IN ('asset_receivable', 'liability_payable')
             GROUP BY 1, 2
          ) item ON item.partner_id = card.partner_id
                AND item.company_id = card.company_id
         WHERE card.active IS TRUE
         ORDER BY COALESCE(item.balance, 0) DESC LIMIT 80''')
    return env.cr.fetchall()
works["by hand"] = by_hand
result = time_all(works, 3)
result["fields"] = len(spec)
"""
)

_SAME = """
env = env(user=env["res.users"].search([("login", "=", "bench")]))
partners = env["res.partner"]
result = [
    sorted(partners.search([("complete_name", "ilike", text)]).ids)
    for text in texts.values()
]
if "customer_kind" in partners._fields:
    groups = dict(partners._read_group([], ["customer_kind"], ["__count"]))
    assert groups["customer"] == customers, groups
    assert groups["prospect"] == prospects, groups
    found = partners.search_count([("customer_kind", "!=", False)])
    assert found == customers + prospects, found
"""


def run(bench):
    plain = bench.database("plain", addon=False)
    _volumes.fill(bench, plain, PARTNERS, POSTED, LEADS)
    bench.sql(plain, _COUNTRY)
    bench.shell(plain, _USER)
    ours = bench.copy(plain, "ours")
    bench.shell(ours, _INSTALL)
    for statement in (_PROSPECTS, _FILL, _OUR_STATISTICS):
        bench.sql(ours, statement)
    for database in (plain, ours):
        bench.sql(database, _STATISTICS)
    _check_same(bench, plain, ours)
    contacts, customers = {}, {}
    for _round in range(ROUNDS):
        for database, code, runs in (
            (plain, _CONTACTS, contacts),
            (ours, _CUSTOMERS, customers),
        ):
            texts = dict(_TEXTS, key="31234") if database == ours else _TEXTS
            found = bench.shell(database, code, texts=texts)
            fields = found.pop("fields")
            for name, timings in found.items():
                runs.setdefault(name, []).extend(timings)
            runs["fields"] = fields
    _note_volumes(bench, contacts, customers)
    _record_pages(bench, contacts, customers)
    _record_searches(bench, contacts, customers)
    _record_cards(bench, customers)


def _check_same(bench, plain, ours):
    volumes = {"customers": CARDS, "prospects": PARTNERS - CARDS}
    found = [
        bench.shell(database, _SAME, texts=_TEXTS, **volumes)
        for database in (plain, ours)
    ]
    assert found[0] == found[1], "the databases hold different partners"


def _note_volumes(bench, contacts, customers):
    bench.note(
        f"{PARTNERS:,} partners, with the add-on {CARDS:,} customers and "
        f"{PARTNERS - CARDS:,} prospects; pages of 80 with their count, all fields of "
        f"the real list views ({customers['fields']} of ours, {contacts['fields']} of "
        f"Contacts'); medians of {3 * ROUNDS} calls in {ROUNDS} alternating rounds"
    )
    bench.note(
        " About 15 of Contacts' queries count documents for its column of statistics, "
        "which ours does not have."
    )


def _record_pages(bench, contacts, customers):
    pages = [
        ("First page of customers, default filters, beside contacts", "page", 1.2),
        ("First page without the default filters, beside contacts", "all", 1.2),
        ("Mine, beside contacts of one salesperson", "mine", None),
        ("Sorted by kind, beside contacts sorted by city", "sorted", None),
        ("Grouped by kind, beside contacts by salesperson", "group", None),
    ]
    for title, name, goal in pages:
        more = _screens.record(bench, title, customers[name], contacts[name], goal)
        if goal:
            met = "met" if more <= 3 else "NOT met"
            bench.note(f"  goal + 3 queries: + {more}, {met}")
    for name in ("customers", "prospects"):
        title = f"Only {name}, beside the first page of contacts"
        _screens.record(bench, title, customers[name], contacts["page"])


def _record_searches(bench, contacts, customers):
    for kind, text in _TEXTS.items():
        searched = f"by {kind} ({text})" if kind != "key" else "by key or reference"
        goal = 0.1 if kind != "common name" else None
        for part, where in (("box", "search box"), ("field", "customer field")):
            name = f"{part} {kind}"
            title = f"Search in the {where} {searched}, beside Contacts'"
            if name == "field phone":
                continue  # names are not searched by phone, with or without us
            _screens.record(bench, title, customers[name], contacts[name], goal)


def _record_cards(bench, customers):
    for name, title in (
        ("cards", "First page of account cards"),
        ("cards by balance", "Account cards sorted by balance"),
        ("cards in debt", "Account cards with a balance above 500"),
    ):
        title += f", {CARDS:,} cards, beside the balances by hand in one SELECT"
        _screens.record(bench, title, customers[name], customers["by hand"])
