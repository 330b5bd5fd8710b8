"""A PostgreSQL server that the user already has, named by ``PGHOST``."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from . import paths, process
from .errors import DevError

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE")


class ForeignServer:
    """The server behind ``PGHOST``, ``PGPORT``, ``PGUSER`` and ``PGPASSWORD``.

    Database names get a prefix of this checkout there: the server has other users.
    """

    def __init__(self):
        self.prefix = f"{paths.ADDON}_{paths.checkout_id()}_"
        self.client = self._client()
        self.major, self.can_set_immutable = self._check()

    def environ(self):
        """Return the PG* variables that lead a client there."""
        return {key: os.environ[key] for key in VARIABLES if os.environ.get(key)}

    def describe(self):
        """Return one line about this server for people."""
        return f"PostgreSQL {self.major} at PGHOST={os.environ['PGHOST']}"

    @contextmanager
    def running(self):
        """Do nothing: the server is neither started nor stopped by us."""
        yield

    def pid(self):
        """Return ``None``: not our process."""

    def stop(self):
        """Return ``False``: not ours to stop."""
        return False

    def _client(self):
        psql = shutil.which("psql")
        if psql:
            return Path(psql).parent
        raise DevError("PGHOST is set but psql is missing: install postgresql-client.")

    def _check(self):
        """Return major version and whether we are superuser there.

        :raises DevError: no connection, a user Odoo refuses, or one without CREATEDB
        """
        query = (
            "select current_setting('server_version_num')::int / 10000, rolname,"
            " rolcreatedb or rolsuper, rolsuper"
            " from pg_roles where rolname = current_user"
        )
        command = [self.client / "psql", "-XAtqc", query, "postgres"]
        env = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
        result = process.run(command, env=env, stdin=process.subprocess.DEVNULL)
        if result.returncode:
            raise DevError(
                f"The PostgreSQL server at PGHOST={os.environ['PGHOST']} does not let "
                "us in: check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST.",
                result.stderr,
            )
        major, role, creates, superuser = result.stdout.strip().split("|")
        if role == "postgres":
            raise DevError(
                "Odoo refuses to work as the database user postgres: set PGUSER to "
                "another role that may create databases."
            )
        if creates != "t":
            raise DevError(
                f"The database user {role} may not create databases: "
                f"ALTER ROLE {role} CREATEDB, or unset PGHOST."
            )
        return int(major), superuser == "t"
