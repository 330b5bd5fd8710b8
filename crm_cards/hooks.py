"""What happens once, when the add-on enters or leaves a running company.

Installing meets companies with years of history: everything below works in a
handful of statements, whatever the number of partners.
"""

from odoo.tools import SQL
from odoo.tools.sql import create_column

from .models.activity.mail_activity_gc import (
    OVERDUE_YEARS_BEFORE_PARAMETER,
    OVERDUE_YEARS_PARAMETER,
)
from .models.common.res_company import MAIN_ACCOUNTS
from .models.ticket.crm_cards_ticket_assign import TURN_SEQUENCE_CODE

# Computed or defaulted columns of an existing table, filled in a statement for each
# kind of document; the ORM would compute them activity by activity.
_ACTIVITY_COLUMNS = (
    "card_customer_id",
    "card_category_id",
    "card_opportunity_id",
    "card_asked_by_id",
)


def pre_init_hook(env):
    create_activity_columns(env.cr)


def post_init_hook(env):
    """Derive prospects and account cards from the history of the companies."""
    env["res.company"].search([])._create_account_key_sequences()
    env.flush_all()
    _insert_prospects(env)
    _collect_history(env)
    _insert_cards(env)
    env.cr.execute("DROP TABLE crm_cards_history")
    take_over_activities(env)
    env.invalidate_all()


def create_activity_columns(cr):
    """Prepare for the activities there are, before the models are set up."""
    for column in _ACTIVITY_COLUMNS:
        create_column(cr, "mail_activity", column, "int4")
    # Nothing that is planned already goes to a calendar by itself.
    create_column(cr, "mail_activity", "card_on_calendar", "bool")


def take_over_activities(env):
    """Make the activities there are those of their customers; lose none from now on."""
    _fill_activities(env)
    _grant_activity_scope(env)
    _switch_off_activity_clean_up(env)


def uninstall_hook(env):
    """Remove what the ORM does not know to be ours; partners stay as they were."""
    models = [name for name in env.registry if name.startswith("crm.cards.")]
    for log in ("mail.message", "mail.activity", "mail.followers", "ir.attachment"):
        model_field = "model" if log == "mail.message" else "res_model"
        env[log].with_context(active_test=False).search(
            [(model_field, "in", models)]
        ).unlink()
    env["mail.activity"].with_context(active_test=False).search(
        [("card_conversion_company_id", "!=", False)]
    ).unlink()
    _release_activity_types(env)
    _delete_products_and_contracts(env)
    # Otherwise partners would hold fast the dictionaries that are about to go.
    for column in ("customer_status_id", "customer_type_id", "temperature_id"):
        env.cr.execute(
            SQL(
                "UPDATE res_partner SET %(column)s = NULL WHERE %(column)s IS NOT NULL",
                column=SQL.identifier(column),
            )
        )
    env.invalidate_all()
    sequences = env["ir.sequence"].search(
        [
            "|",
            ("code", "=like", "crm.cards.account.key.%"),
            ("code", "=", TURN_SEQUENCE_CODE),
        ]
    )
    companies = env["res.company"].with_context(active_test=False).search([])
    for main_account, _label in MAIN_ACCOUNTS:
        companies[f"crm_cards_key_sequence_{main_account}_id"] = False
    sequences.unlink()
    _restore_activity_clean_up(env)
    _restore_event_link(env)
    # The table takes its triggers along, and leaves their function.
    env.cr.execute("DROP FUNCTION IF EXISTS crm_cards_hours_entry_keep CASCADE")


def _delete_products_and_contracts(env):
    """Let go of Odoo's products and partners, which these would hold fast."""
    env["crm.cards.ticket"].flush_model()
    # The tickets go with their table; until then they would hold these.
    env.cr.execute(
        "UPDATE crm_cards_ticket SET owned_product_id = NULL, contract_id = NULL "
        "WHERE owned_product_id IS NOT NULL OR contract_id IS NOT NULL"
    )
    env["crm.cards.hours.bank"].flush_model()
    # As the tickets; the entries cannot go one by one, only with their table.
    env.cr.execute(
        "UPDATE crm_cards_hours_bank SET owned_product_id = NULL, contract_id = NULL"
    )
    for model in ("crm.cards.service.contract", "crm.cards.owned.product"):
        env[model].flush_model()
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))


def _restore_event_link(env):
    """Let meetings take their activities along again, as Odoo's calendar means it."""
    env.cr.execute(
        """
        ALTER TABLE mail_activity
         DROP CONSTRAINT IF EXISTS mail_activity_calendar_event_id_fkey,
          ADD CONSTRAINT mail_activity_calendar_event_id_fkey
              FOREIGN KEY (calendar_event_id) REFERENCES calendar_event (id)
              ON DELETE CASCADE
        """
    )


def _release_activity_types(env):
    """Turn activities and plans of our types into to-dos, closed ones included.

    Odoo does so for open activities only, and the others would hold the types.
    """
    types = env["ir.model.data"].search(
        [("module", "=", "crm_cards"), ("model", "=", "mail.activity.type")]
    )
    todo = env.ref("mail.mail_activity_data_todo")
    for model in ("mail.activity", "mail.activity.plan.template"):
        env[model].flush_model()
        env.cr.execute(
            SQL(
                "UPDATE %s SET activity_type_id = %s WHERE activity_type_id = ANY(%s)",
                SQL.identifier(env[model]._table),
                todo.id,
                types.mapped("res_id"),
            )
        )


def _insert_prospects(env):
    """Record the first lead or quotation that named a partner, in each company."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_cards_prospect (
                partner_id, company_id, date, user_id, cause, lead_id, order_id,
                source_id, create_uid, create_date, write_uid, write_date)
            SELECT DISTINCT ON (owner.id, touch.company_id)
                   owner.id, touch.company_id, touch.date, touch.user_id, touch.cause,
                   touch.lead_id, touch.order_id, touch.source_id,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM (
                SELECT lead.partner_id, lead.create_date AS date,
                       lead.create_uid AS user_id,
                       COALESCE(lead.company_id, creator.company_id) AS company_id,
                       'lead' AS cause, lead.id AS lead_id, NULL::int AS order_id,
                       lead.source_id
                  FROM crm_lead lead
                  LEFT JOIN res_users creator ON creator.id = lead.create_uid
                UNION ALL
                SELECT partner_id, create_date, create_uid, company_id,
                       'order', NULL, id, source_id
                  FROM sale_order
              ) touch
              JOIN res_partner named ON named.id = touch.partner_id
              JOIN res_partner owner ON owner.id = named.commercial_partner_id
             WHERE touch.company_id IS NOT NULL
               AND owner.partner_share IS TRUE
               AND NOT EXISTS (
                    SELECT FROM res_company WHERE partner_id = owner.id)
               AND NOT EXISTS (
                    SELECT FROM crm_cards_prospect prospect
                     WHERE prospect.partner_id = owner.id
                       AND prospect.company_id = touch.company_id)
             ORDER BY owner.id, touch.company_id, touch.date
            """,
            uid=env.uid,
            now=env.cr.now(),
        )
    )


def _collect_history(env):
    """Gather who has a ledger history, since when and on which side.

    Postings count in the company of the ledger. A rank without any posting says
    nothing about the company: it counts in the partner's own company, or else in
    the company of the user who created the partner.
    """
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE crm_cards_history AS
        WITH posted AS (
            SELECT owner.commercial_partner_id AS partner_id, item.company_id,
                   MIN(item.date)::timestamp AS first_on,
                   BOOL_OR(account.account_type = 'asset_receivable') AS is_customer,
                   BOOL_OR(account.account_type = 'liability_payable') AS is_supplier
              FROM account_move_line item
              JOIN account_account account ON account.id = item.account_id
              JOIN res_partner owner ON owner.id = item.partner_id
             WHERE item.parent_state = 'posted'
               AND account.account_type IN ('asset_receivable', 'liability_payable')
             GROUP BY owner.commercial_partner_id, item.company_id
        ), ranked AS (
            SELECT owner.id AS partner_id,
                   COALESCE(owner.company_id, creator.company_id) AS company_id,
                   owner.create_date AS first_on,
                   by_rank.is_customer, by_rank.is_supplier
              FROM (
                SELECT commercial_partner_id AS partner_id,
                       BOOL_OR(customer_rank > 0) AS is_customer,
                       BOOL_OR(supplier_rank > 0) AS is_supplier
                  FROM res_partner
                 WHERE (customer_rank > 0 OR supplier_rank > 0)
                   AND NOT EXISTS (
                        SELECT FROM posted
                         WHERE posted.partner_id = commercial_partner_id)
                 GROUP BY commercial_partner_id
              ) by_rank
              JOIN res_partner owner ON owner.id = by_rank.partner_id
              JOIN res_users creator ON creator.id = COALESCE(owner.create_uid, 1)
             WHERE owner.partner_share IS TRUE
               AND NOT EXISTS (SELECT FROM res_company WHERE partner_id = owner.id)
        )
        SELECT partner_id, company_id, first_on,
               CASE WHEN is_customer AND is_supplier THEN 'customers_suppliers'
                    WHEN is_supplier THEN 'suppliers'
                    ELSE 'customers' END AS main_account
          FROM (SELECT * FROM posted UNION ALL SELECT * FROM ranked) history
        """
    )


def _insert_cards(env):
    """Open the cards in order of first posting, each with its conversion event."""
    env.cr.execute(
        SQL(
            """
            WITH numbering (company_id, main_account, sequence, prefix, suffix, digits)
                AS (VALUES %(numbering)s),
            ordered AS (
                SELECT history.*, numbering.sequence, numbering.prefix,
                       numbering.suffix, numbering.digits
                  FROM crm_cards_history history
                  JOIN numbering USING (company_id, main_account)
                 WHERE NOT EXISTS (
                    SELECT FROM crm_cards_account_card card
                     WHERE card.partner_id = history.partner_id
                       AND card.company_id = history.company_id)
                 ORDER BY history.company_id, history.first_on, history.partner_id
            ),
            numbered AS (
                SELECT ordered.*, nextval(sequence::regclass)::text AS number
                  FROM ordered
            ),
            opened AS (
                INSERT INTO crm_cards_account_card (
                    partner_id, company_id, active, account_key, main_account, state,
                    date_opened, opened_by_id, cause,
                    create_uid, create_date, write_uid, write_date)
                SELECT partner_id, company_id, TRUE,
                       prefix || LPAD(number, GREATEST(digits, LENGTH(number)), '0')
                              || suffix,
                       main_account, 'open', first_on, %(uid)s, 'install',
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM numbered
                RETURNING id, partner_id, company_id, account_key, date_opened
            )
            INSERT INTO crm_cards_conversion (
                partner_id, partner_name, company_id, card_id, account_key, date,
                user_id, cause, lead_id, source_id, agent_id, date_first_touch,
                first_touch, days_since_creation,
                create_uid, create_date, write_uid, write_date)
            SELECT partner.id, COALESCE(partner.name, partner.complete_name, '?'),
                   opened.company_id, opened.id, opened.account_key, opened.date_opened,
                   %(uid)s, 'install', touch.lead_id, touch.source_id, partner.user_id,
                   LEAST(touch.date, partner.create_date, opened.date_opened),
                   touch.cause,
                   GREATEST(opened.date_opened::date - partner.create_date::date, 0),
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM opened
              JOIN res_partner partner ON partner.id = opened.partner_id
              LEFT JOIN crm_cards_prospect touch
                     ON touch.partner_id = opened.partner_id
                    AND touch.company_id = opened.company_id
                    AND touch.date <= opened.date_opened
            """,
            numbering=SQL(", ").join(_get_numbering(env)),
            uid=env.uid,
            now=env.cr.now(),
        )
    )


def _fill_activities(env):
    """Say of the activities there are whose they are and who asked for them."""
    env.cr.execute("UPDATE mail_activity SET card_asked_by_id = create_uid")
    env.cr.execute(
        "UPDATE mail_activity SET card_opportunity_id = lead.id "
        "FROM crm_lead lead WHERE res_model = 'crm.lead' AND res_id = lead.id"
    )
    sources = env["res.partner"]._get_customer_document_models()
    for model, partner_field in sources.items():
        env.cr.execute(
            SQL(
                """
                UPDATE mail_activity activity
                   SET card_customer_id = partner.commercial_partner_id
                  FROM %(document)s document
                  JOIN res_partner partner ON partner.id = document.%(field)s
                 WHERE activity.res_model = %(model)s
                   AND activity.res_id = document.id
                """,
                document=SQL.identifier(env[model]._table),
                field=SQL.identifier(partner_field or "id"),
                model=model,
            )
        )


def _grant_activity_scope(env):
    """Let everybody see the activities he saw before, until somebody narrows it."""
    scope = env.ref("crm_cards.crm_cards_group_activity_all")
    without = [("share", "=", False), ("all_group_ids", "not in", scope.ids)]
    users = env["res.users"].search(without)
    if users:
        scope.user_ids += users


def _switch_off_activity_clean_up(env):
    """Keep overdue activities, however old; remember what was set before."""
    parameters = env["ir.config_parameter"]
    before = parameters.get_param(OVERDUE_YEARS_PARAMETER)
    if before != "-1":
        parameters.set_param(OVERDUE_YEARS_BEFORE_PARAMETER, before)
    parameters.set_param(OVERDUE_YEARS_PARAMETER, "-1")


def _restore_activity_clean_up(env):
    """Undo the above, unless somebody chose another value meanwhile."""
    parameters = env["ir.config_parameter"]
    before = parameters.get_param(OVERDUE_YEARS_BEFORE_PARAMETER)
    if parameters.get_param(OVERDUE_YEARS_PARAMETER) == "-1":
        parameters.set_param(OVERDUE_YEARS_PARAMETER, before)
    parameters.set_param(OVERDUE_YEARS_BEFORE_PARAMETER, False)


def _get_numbering(env):
    """Yield one row of VALUES for each company and main account."""
    for company in env["res.company"].with_context(active_test=False).search([]):
        for main_account, _label in MAIN_ACCOUNTS:
            sequence = company._get_account_key_sequence(main_account)
            prefix, suffix = sequence._get_prefix_suffix()
            yield SQL(
                "(%s::int, %s, %s, %s, %s, %s::int)",
                company.id,
                main_account,
                f"ir_sequence_{sequence.id:03d}",
                prefix,
                suffix,
                sequence.padding,
            )
