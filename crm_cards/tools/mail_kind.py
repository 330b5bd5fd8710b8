"""Who is behind an e-mail: a person, a mailing list, or a machine.

Judged by the headers alone: RFC 3834 (automatic answers), RFC 2919 and 2369
(mailing lists), and what Exchange and older mailers write instead.
"""

PERSON, LIST, MACHINE = "person", "list", "machine"

_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post")
_ANSWER_HEADERS = ("X-Autoreply", "X-Autorespond")
_SUPPRESS = "X-Auto-Response-Suppress"
# Exchange writes DR, RN and NRN on letters of people, too: they only refuse receipts.
_SUPPRESSED = {"all", "oof", "autoreply"}


def get_mail_kind(message):
    """Return ``"person"``, ``"list"`` or ``"machine"``.

    What a list passes on comes with precedence *bulk* and asks for no automatic
    answers; only a mark that says "sent by itself" makes it a machine's.

    :param email.message.Message message: only its headers are read
    """
    if _is_sent_by_itself(message):
        return MACHINE
    precedence = _get(message, "Precedence")
    if precedence == "list" or any(message.get(name) for name in _LIST_HEADERS):
        return LIST
    suppressed = {word.strip() for word in _get(message, _SUPPRESS).split(",")}
    if precedence in ("bulk", "junk", "auto_reply") or suppressed & _SUPPRESSED:
        return MACHINE
    return PERSON


def _is_sent_by_itself(message):
    submitted = _get(message, "Auto-Submitted").partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or any(message.get(name) for name in _ANSWER_HEADERS)
        # Nobody is to answer: RFC 3834, section 3.3.
        or _get(message, "Return-Path") == "<>"
    )


def _get(message, name):
    return str(message.get(name) or "").strip().lower()
