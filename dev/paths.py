"""Where things lie.

Two folders: the *cache* holds what was downloaded and is shared by all
checkouts of a user; the *state* belongs to one checkout and holds its
database cluster, filestore and logs, so two clones never meet.
"""

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path

ADDON = "crm_cards"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def cache():
    """Return the folder of downloads, ``ODOO_DEV_HOME`` or the usual place."""
    if os.environ.get("ODOO_DEV_HOME"):
        return Path(os.environ["ODOO_DEV_HOME"]).expanduser().resolve()
    if os.geteuid() == 0:  # /root is closed to the account that runs PostgreSQL
        return Path("/var/cache") / f"{ADDON}-dev"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / f"{ADDON}-dev"


def checkout_id():
    """Return eight characters that name this checkout among all others."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def state():
    """Return the folder of everything that belongs to this checkout only."""
    return cache() / "checkouts" / f"{ROOT.name}-{checkout_id()}"


def logs():
    """Return the folder of this checkout's log files, created if need be."""
    folder = state() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(path):
    """Hold an exclusive lock on ``path``; the kernel frees it when we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
