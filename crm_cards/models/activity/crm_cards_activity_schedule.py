from odoo import api, models
from odoo.tools import SQL

# Whose values need nothing but the column; of a many2one the name besides.
_PLAIN_TYPES = frozenset(
    (
        *("boolean", "char", "date", "datetime", "float", "integer"),
        *("many2one", "many2one_reference", "selection", "text"),
    )
)


class Activity(models.Model):
    """Months of activities, as a schedule asks for them.

    Of ten thousand rows ``search_read`` makes ten thousand records, and as many again
    to tell the names of the customers. That takes several times as long as the query;
    here the names come with the rows.
    """

    _inherit = "crm.cards.activity"

    @api.model
    @api.readonly
    def get_schedule(self, domain, field_names):
        """Return what ``search_read`` returns, by the same rights.

        :param list domain: which activities
        :param list field_names: what of them; ``id`` is always there
        :raises ValueError: there is no such field
        :raises AccessError: the user may not read one of the fields
        """
        self._determine_fields_to_fetch(field_names)  # raises
        columns = {fname for fname in field_names if self._is_plain_column(fname)}
        # The last two are what the title is made of.
        values = self._read_columns(
            domain, columns | {"id", "summary", "activity_type_id"}
        )
        lines = self.browse(values["id"])
        for fname in set(field_names) - columns:
            values[fname] = lines._read_other(fname, values)
        shown = dict.fromkeys(["id", *field_names])
        rows = zip(*(values[fname] for fname in shown), strict=True)
        return [dict(zip(shown, row, strict=True)) for row in rows]

    @api.model
    def _is_plain_column(self, fname):
        field = self._fields[fname]
        return field.store and field.type in _PLAIN_TYPES and not field.translate

    # -- columns --------------------------------------------------------------

    @api.model
    def _read_columns(self, domain, fnames):
        """Return a list of values, as ``read`` gives them, by name of the field."""
        query = self._search(domain, order=self._order)
        terms = [self._field_to_sql(self._table, fname, query) for fname in fnames]
        terms.append(self._get_customer_name_sql(query))
        rows = self.env.execute_query(query.select(*terms))
        *columns, customer_names = ([row[i] for row in rows] for i in range(len(terms)))
        values = dict(zip(fnames, columns, strict=True))
        names = {}
        if "card_customer_id" in values:
            pairs = zip(values["card_customer_id"], customer_names, strict=True)
            names["card_customer_id"] = {key: name for key, name in pairs if name}
        return {
            fname: self._convert_column(self._fields[fname], column, names.get(fname))
            for fname, column in values.items()
        }

    @api.model
    def _get_customer_name_sql(self, query):
        """Return the name of the customer, NULL where only Python can tell it.

        That is for those without a name, who are called by their type in the language
        of the user, and where the context asks for an address or the like.
        """
        partners = self.env["res.partner"]
        keys = self.pool.field_depends_context[partners._fields["display_name"]]
        if any(self.env.context.get(key) for key in keys if key != "lang"):
            return SQL("NULL")
        customer = query.left_join(
            self._table, "card_customer_id", partners._table, "id", "card_customer_id"
        )
        return SQL(
            "CASE WHEN %s <> '' THEN %s END",
            partners._field_to_sql(customer, "name", query),
            partners._field_to_sql(customer, "complete_name", query),
        )

    @api.model
    def _convert_column(self, field, column, names=None):
        if field.type == "many2one":
            names = self._add_names(field, set(column) - {None}, names or {})
            return [key is not None and (key, names[key]) for key in column]
        to_record, to_read = field.convert_to_record, field.convert_to_read
        return [to_read(to_record(value, self), self) for value in column]

    @api.model
    def _add_names(self, field, ids, names):
        # Whoever reads a line is told the name of what it points to, even of what he
        # may not read; so it is with read().
        others = self.env[field.comodel_name].sudo().browse(ids - names.keys())
        return names | {other.id: other.display_name for other in others}

    # -- what is no column ----------------------------------------------------

    def _read_other(self, fname, values):
        """Return the values of a field for each line.

        :param dict values: lists of the values read so far
        """
        if fname == "display_name":  # as _compute_display_name() has it
            rows = zip(values["summary"], values["activity_type_id"], strict=True)
            return [summary or (kind and kind[1]) for summary, kind in rows]
        field = self._fields[fname]
        if field.type == "many2many" and field.store:
            return self._read_links(field)
        return [row[fname] for row in self.read([fname])]

    def _read_links(self, field):
        """Return the ids of a many2many field for each line, those one may read."""
        # What the context says of archived lines is not meant for participants.
        others = self.env[field.comodel_name].with_context(active_test=True)
        others = others.with_context(**field.context)
        query = others._search(field.get_comodel_domain(self), order=others._order)
        line, other = (
            SQL.identifier(field.relation, column)
            for column in (field.column1, field.column2)
        )
        is_other = SQL("%s = %s", other, SQL.identifier(others._table, "id"))
        query.add_join("JOIN", field.relation, None, is_other)
        query.add_where(SQL("%s = ANY(%s)", line, list(self.ids), to_flush=field))
        found = {line_id: [] for line_id in self.ids}
        for line_id, other_id in self.env.execute_query(query.select(line, other)):
            found[line_id].append(other_id)
        return list(found.values())
