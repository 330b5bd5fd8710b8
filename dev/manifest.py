"""What the add-on's own files say about it."""

import ast
import hashlib

from . import paths

IGNORED = ("__pycache__",)


def read():
    """Return the manifest as a dictionary."""
    text = (paths.ROOT / paths.ADDON / "__manifest__.py").read_text(encoding="utf-8")
    return ast.literal_eval(text)


def depends():
    """Return the sorted names of the modules the add-on needs."""
    return sorted(read()["depends"])


def files():
    """Return the add-on's files, sorted, without compiled ones."""
    found = (paths.ROOT / paths.ADDON).rglob("*")
    return sorted(
        path for path in found if path.is_file() and not set(IGNORED) & set(path.parts)
    )


def fingerprint():
    """Return a short hash of all the add-on's files, to tell that one changed."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(str(path.relative_to(paths.ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
