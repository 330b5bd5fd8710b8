"""Merge and check .po files; a script for the virtual environment (needs polib).

``po_files.py merge|check TERMS.pot FOLDER LANGUAGE…`` prints ``{file: text}``
as JSON: what was done, or what is wrong (empty: nothing).
"""

import json
import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdifr]|%[sdif]|\{\w*\}")
SHOWN = 5  # terms named per problem
PLURALS = {
    "he": "nplurals=4; plural=(n==1 && n%1==0) ? 0 : (n==2 && n%1==0) ? 1: "
    "(n%10==0 && n%1==0 && n>10) ? 2 : 3;",
    "pl": "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || "
    "n%100>14) ? 1 : n!=1 && (n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || "
    "(n%100>=12 && n%100<=14) ? 2 : 3);",
}


def merge(terms, folder, languages):
    """Write the .pot and one .po per language; return ``{file: counts}``."""
    fresh = polib.pofile(str(terms))
    template = folder / terms.name
    folder.mkdir(parents=True, exist_ok=True)
    if not template.exists() or not same(polib.pofile(str(template)), fresh):
        fresh.save(str(template))
    report = {template.name: f"{len(fresh)} terms"}
    for language in languages:
        path = folder / f"{language}.po"
        po = polib.pofile(str(path)) if path.exists() else new(fresh, language)
        po.merge(fresh)
        for entry in po.obsolete_entries():
            po.remove(entry)
        po.save(str(path))
        report[path.name] = f"{po.percent_translated()} % translated"
    return report


def new(fresh, language):
    """Return an empty file of ``language`` with the header of ``fresh``."""
    po = polib.POFile()
    po.metadata = dict(fresh.metadata)
    po.metadata.update({"Language": language, "Plural-Forms": PLURALS[language]})
    return po


def same(one, other):
    """Return whether two files have the same terms from the same places."""
    return as_set(one) == as_set(other)


def as_set(po):
    """Return what makes up a file apart from its dates."""
    return {
        (entry.msgctxt, entry.msgid, entry.comment, tuple(sorted(entry.occurrences)))
        for entry in po
    }


def check(terms, folder, languages):
    """Return ``{file: problem}``, an empty problem where all is well."""
    wanted = {entry.msgid for entry in polib.pofile(str(terms))}
    template = folder / terms.name
    listed = {entry.msgid for entry in polib.pofile(str(template))}
    report = {template.name: differences(template.name, wanted, listed)}
    for language in languages:
        path = folder / f"{language}.po"
        report[path.name] = check_language(path, wanted)
    return report


def differences(name, wanted, listed):
    """Say which terms are missing from a file and which the code has no more."""
    return "\n".join(
        [
            *problem(name, "missing terms, run: python3 -m dev i18n", wanted - listed),
            *problem(name, "stale terms, run: python3 -m dev i18n", listed - wanted),
        ]
    )


def check_language(path, wanted):
    """Return what is wrong with one .po file."""
    if not path.exists():
        return f"{path.name} does not exist, run: python3 -m dev i18n"
    entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    empty = [e.msgid for e in entries if not e.msgstr and not e.msgstr_plural]
    fuzzy = [entry.msgid for entry in entries if entry.fuzzy]
    wrong = [entry.msgid for entry in entries if not same_placeholders(entry)]
    found = [
        differences(path.name, wanted, {entry.msgid for entry in entries}),
        *problem(path.name, "not translated", empty),
        *problem(path.name, "fuzzy", fuzzy),
        *problem(path.name, "placeholders differ", wrong),
    ]
    return "\n".join(line for line in found if line)


def same_placeholders(entry):
    """Return whether term and translation have the same placeholders.

    A counted plural may leave out the number ("one ticket").
    """
    if not entry.msgstr:
        return True
    wanted = PLACEHOLDER.findall(entry.msgid)
    return sorted(wanted) == sorted(PLACEHOLDER.findall(entry.msgstr))


def problem(name, what, terms):
    """Return no line, or one that names the first few ``terms``."""
    terms = sorted(terms)
    if not terms:
        return []
    shown = "; ".join(repr(term[:60]) for term in terms[:SHOWN])
    more = f"; +{len(terms) - SHOWN} more" if len(terms) > SHOWN else ""
    return [f"{name}: {len(terms)} {what}: {shown}{more}"]


if __name__ == "__main__":
    verb, terms, folder, *languages = sys.argv[1:]
    action = {"merge": merge, "check": check}[verb]
    print(json.dumps(action(Path(terms), Path(folder), languages)))
