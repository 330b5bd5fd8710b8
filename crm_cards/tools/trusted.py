"""Marks in the context that cannot come from outside.

Calls over the network bring their own context, so that a plain value in it proves
nothing. JSON has no way to spell this one, though it may be written into it.
"""


class _Trusted(str):
    __slots__ = ()


TRUSTED = _Trusted("1")


def is_trusted(value):
    """Return whether our own code has put this value into the context."""
    return isinstance(value, _Trusted)
