"""Create, copy and drop databases together with their filestores."""

import os
import re
import shutil
from pathlib import Path

from . import paths, process
from .errors import DevError

TEMPORARY = re.compile(r"(?:test|bench|peers)_(\d+)_")  # the owner's process id


class Databases:
    """The databases of this checkout, called by their short names.

    :param Environment environment: whose server must be running
    """

    def __init__(self, environment):
        self.environment = environment

    def sql(self, query, name=None):
        """Run ``query`` and return its rows as text, columns split by ``|``.

        :param str name: short name of the database; default the server's own
        :raises DevError: PostgreSQL refuses the query; its words are the detail
        """
        database = self.environment.database(name) if name else "postgres"
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query, database]
        command = [self.environment.server.client / "psql", *options]
        result = process.run(command, env=self.environment.environ())
        if result.returncode:
            reason = result.stderr.strip().splitlines()[:1]
            raise DevError(f"The database refuses: {''.join(reason)}", result.stderr)
        return result.stdout.strip()

    def names(self):
        """Return the short names of all our databases, sorted."""
        prefix = self.environment.server.prefix
        rows = self.sql("select datname from pg_database order by 1").splitlines()
        system = ("postgres", "template0", "template1")
        ours = [row for row in rows if row.startswith(prefix) and row not in system]
        return [row[len(prefix) :] for row in ours]

    def exists(self, name):
        """Return whether there is a database ``name``."""
        return name in self.names()

    def drop(self, name):
        """Remove database and filestore, also when only one of them is there."""
        database = self.environment.database(name)
        self.sql(f'drop database if exists "{database}" with (force)')
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def clone(self, source, target):
        """Make ``target`` a copy of ``source``; an older ``target`` is dropped.

        Files are hard links: they are named by their content and never changed.
        """
        self.drop(target)
        new, old = map(self.environment.database, (target, source))
        if self._filestore(source).exists():
            shutil.copytree(
                self._filestore(source), self._filestore(target), copy_function=os.link
            )
        self.sql(f'create database "{new}" template "{old}"')

    def rename(self, source, target):
        """Give ``source`` the free name ``target``; the last step of a build."""
        shutil.rmtree(self._filestore(target), ignore_errors=True)
        if self._filestore(source).exists():
            self._filestore(source).rename(self._filestore(target))
        new, old = map(self.environment.database, (target, source))
        self.sql(f'alter database "{old}" rename to "{new}"')

    def drop_leftovers(self):
        """Drop temporary databases of commands that no longer run."""
        for name in self.names():
            owner = TEMPORARY.match(name)
            if owner and not Path(f"/proc/{owner[1]}").exists():
                self.drop(name)

    def _filestore(self, name):
        folder = self.environment.data / "filestore"
        return folder / self.environment.database(name)


def temporary_name(kind, part):
    """Return the name of a database that dies with this process."""
    return f"{kind}_{os.getpid()}_{part}"


def log_file(name):
    """Return an emptied log file called after the database ``name``."""
    path = paths.logs() / f"{name}.log"
    path.unlink(missing_ok=True)
    return path
