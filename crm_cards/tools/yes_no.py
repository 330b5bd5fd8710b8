"""Searching for a yes or a no that is computed."""


def search_yes_no(operator, value, domain):
    """Return the domain of a computed checkbox, for its ``search`` method.

    :param domain: finds the records whose answer is yes
    """
    if operator != "in":
        return NotImplemented
    return domain if True in value else ~domain
