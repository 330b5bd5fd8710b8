"""Rows at which transactions meet that would not notice each other otherwise."""

from odoo.tools import SQL


def meet(env, table, ids):
    """Let whoever does the same to these rows at the same time begin anew.

    Locking a row is not enough where transactions read a snapshot: whoever waited for
    the lock goes on with what he read before. A row that is written makes him begin
    anew (``odoo.service.model.retrying``), and then he sees what was done.

    :param str table: name of the table
    :param ids: of its rows; written in the order of their ids, so that nobody waits for
        somebody who waits for him
    """
    for row_id in sorted(set(ids)):
        env.cr.execute(
            SQL("UPDATE %s SET id = id WHERE id = %s", SQL.identifier(table), row_id)
        )
