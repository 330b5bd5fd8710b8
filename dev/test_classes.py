"""Find out which of the add-on's test classes need a browser, without importing."""

import ast

from . import paths

HTTP_BASE = "HttpCase"  # and Odoo's own heirs, all called HttpCase…


def browser_classes(folder=None):
    """Return the sorted names of test classes below Odoo's HttpCase.

    :param Path folder: default the add-on's ``tests``
    """
    bases = _bases(folder or paths.ROOT / paths.ADDON / "tests")
    return sorted(name for name in bases if _is_http(name, bases, set()))


def python_tests():
    """Return the files with Python tests of the add-on."""
    return sorted((paths.ROOT / paths.ADDON / "tests").glob("test_*.py"))


def javascript_tests():
    """Return the files with JavaScript unit tests of the add-on."""
    return sorted((paths.ROOT / paths.ADDON / "static/tests").rglob("*.test.js"))


def _bases(folder):
    """Return ``{class: [names of its bases]}`` of all files in ``folder``."""
    found = {}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = [_last_name(base) for base in node.bases]
    return found


def _last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_http(name, bases, seen):
    if name.startswith(HTTP_BASE):
        return True
    if name in seen:
        return False
    seen.add(name)
    return any(_is_http(base, bases, seen) for base in bases.get(name, []))
