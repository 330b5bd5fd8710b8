"""Columns of values as the arrays of PostgreSQL, written as one text each.

psycopg writes a list as an expression with a part for each element, which the server
has to parse and to plan one by one: for tens of thousands of values that takes longer
than to store them. The text of an array is read at once.

>>> print(array_literal([1, None, 2.5, True, datetime(2027, 3, 1, 9), 'a "b"']))
{1,NULL,2.5,true,2027-03-01T09:00:00,"a \\"b\\""}
"""

from datetime import datetime


def array_literal(values):
    """Return the text that PostgreSQL reads as an array of these values.

    :param values: None, bool, int, float, naive datetime, str
    :raises TypeError: a value of another type
    """
    texts = [_WRITERS[type(value)](value) for value in values]
    return f"{{{','.join(texts)}}}"


def _quote(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Writers(dict):
    """How values of a type are written; of a subclass, as those of its base."""

    def __missing__(self, kind):
        known = [base for base in kind.__mro__ if base in self]
        if not known:
            raise TypeError(f"No array is made of {kind.__name__}")
        self[kind] = self[known[0]]
        return self[kind]


_WRITERS = _Writers(
    {
        type(None): lambda _none: "NULL",
        bool: lambda value: "true" if value else "false",
        int: repr,
        float: repr,
        datetime: datetime.isoformat,
        str: _quote,
    }
)
