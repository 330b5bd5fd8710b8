"""A PostgreSQL cluster of our own: create, start, stop, and repair after a kill.

It listens on a unix socket in a folder that only its account may enter, so the
``trust`` method is safe. Works as root (the server is then started under an
unprivileged account) and as an ordinary user.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from . import paths, process
from .errors import DevError

START_TIMEOUT = 300  # seconds; recovery after a kill may take long
STOP_TIMEOUT = 30  # seconds
LONGEST_SOCKET_FOLDER = 85  # bytes: 107 less "/.s.PGSQL.5432.lock"
TUNING = """
# development: speed over durability, the data can be made again
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 30min
autovacuum_naptime = 5min
max_connections = 100
max_locks_per_transaction = 256
listen_addresses = ''
unix_socket_permissions = 0700
wal_level = minimal
max_wal_senders = 0
jit = off
log_min_messages = error
log_statement = none
timezone = 'UTC'
log_timezone = 'UTC'
"""


class Cluster:
    """One data folder with its server.

    :param Binaries binaries: programs to use
    :param Path base: folder that will hold the data folder
    """

    prefix = ""  # of database names; the cluster is ours alone
    can_set_immutable = True

    def __init__(self, binaries, base):
        self.binaries = binaries
        self.client = binaries.client
        self.base = Path(base)
        self.major = binaries.major()
        self.data = self.base / f"pg{self.major}"
        self.account = self._account()
        self.socket_folder = self._socket_folder()
        self.log = self.data / "server.log"

    def environ(self):
        """Return the PG* variables that lead a client here."""
        return {"PGHOST": str(self.socket_folder), "PGUSER": "odoo", "PGPORT": "5432"}

    def describe(self):
        """Return one line about this server for people."""
        account = f", runs as {self.account.pw_name}" if self.account else ""
        return f"PostgreSQL {self.major} in {self.data}{account}"

    @contextmanager
    def running(self):
        """Start the server if need be; stop it when its last user is done.

        Each user holds a shared lock, which the kernel frees even after kill -9.
        """
        self.base.mkdir(parents=True, exist_ok=True)
        with open(self.base / "users", "a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start()
            try:
                yield
            finally:
                self._stop_if_last(users)

    def start(self):
        """Start the server unless it runs.

        :raises DevError: it does not come up; the end of its log is the detail
        """
        with paths.locked(self.base / "lock"):  # two at once: one starts, one waits
            self._create()
            if self.pid() and self._ready():
                return
            child = None if self.pid() else self._launch()
            end = time.monotonic() + START_TIMEOUT
            while time.monotonic() < end and not (child and child.poll() is not None):
                if self._ready():
                    return
                time.sleep(0.05)
            raise DevError(
                f"PostgreSQL does not start; see {self.log}.",
                self.log.read_text(errors="replace")[-3000:],
            )

    def stop(self):
        """Stop the server; return whether it was running.

        :raises DevError: it refuses to stop
        """
        pid = self.pid()
        if not pid:
            return False
        for number, patience in ((signal.SIGINT, STOP_TIMEOUT), (signal.SIGQUIT, 10)):
            os.kill(pid, number)
            end = time.monotonic() + patience
            while time.monotonic() < end:
                if not self.pid():
                    return True
                time.sleep(0.05)
        raise DevError(f"PostgreSQL (process {pid}) does not stop.")

    def pid(self):
        """Return the process id of our server, or ``None``.

        The number in postmaster.pid may by now belong to somebody else, so only a
        process whose command line names our data folder counts.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        ours = str(self.data).encode() in words
        return pid if ours and os.path.basename(words[0]) == b"postgres" else None

    def _stop_if_last(self, users):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.stop()

    def _account(self):
        """Return the account that must run the server when we are root."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and self.data.stat().st_uid:
            return pwd.getpwuid(self.data.stat().st_uid)
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise DevError("Root cannot run PostgreSQL: start again as an ordinary user.")

    def _socket_folder(self):
        if len(str(self.data)) < LONGEST_SOCKET_FOLDER:
            return self.data
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"odoo-pg-{os.geteuid()}-{name}"

    def _server_options(self):
        """Return the options of a process that runs as the server's account."""
        env = {key: val for key, val in os.environ.items() if not key.startswith("PG")}
        env.update(self.binaries.environ(), LC_ALL="C.UTF-8", TZ="UTC")
        options = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": env}
        if self.account:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid)
            options["extra_groups"] = []
        return options

    def _give(self, path):
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _create(self):
        """Run initdb; the data folder appears complete or not at all."""
        if (self.data / "PG_VERSION").exists():
            return
        self.base.mkdir(parents=True, exist_ok=True)
        self._check_reachable()
        part = self.base / f"{self.data.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        self._give(part)
        self._initdb(part)
        with open(part / "postgresql.conf", "a") as handle:
            handle.write(TUNING)
        part.rename(self.data)

    def _initdb(self, folder):
        # C.UTF-8, not C: else ilike and trigrams fail on Hebrew and Polish
        command = [self.binaries.server / "initdb", "-D", folder, "-U", "odoo"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        command += ["--no-sync", "--no-instructions"]
        if self.major >= 18:
            command.append("--no-data-checksums")
        result = process.run(command, **self._server_options())
        if result.returncode:
            raise DevError(
                "PostgreSQL cannot create its data folder; is the disk full?",
                result.stdout + result.stderr,
            )

    def _check_reachable(self):
        """Refuse folders that the unprivileged account cannot walk to."""
        if not self.account:
            return
        server = self.binaries.server
        for path in [self.base, *self.base.parents, server, *server.parents]:
            status = path.stat()
            mine = status.st_uid == self.account.pw_uid
            if not mine and not status.st_mode & stat.S_IXOTH:
                raise DevError(
                    f"{path} is closed to the account {self.account.pw_name} that must "
                    "run PostgreSQL for root: set ODOO_DEV_HOME to another folder."
                )

    def _launch(self):
        self._clear_leftovers()
        if self.socket_folder != self.data:
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            self._give(self.socket_folder)
        command = [self.binaries.server / "postgres", "-D", self.data]
        command += ["-k", self.socket_folder, "-p", "5432"]
        with open(self.log, "wb") as log:
            self._give(self.log)
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._server_options(),
            )

    def _clear_leftovers(self):
        """Remove what a killed server left; only called when none of ours runs."""
        for number in (signal.SIGQUIT, signal.SIGKILL):
            for pid in self._orphans():
                os.kill(pid, number)
            end = time.monotonic() + 5
            while self._orphans() and time.monotonic() < end:
                time.sleep(0.05)
        # the process ids in these files may be somebody else's by now
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.socket_folder / name).unlink(missing_ok=True)

    def _orphans(self):
        """Return backends that outlived their server; they keep its memory."""
        return [int(p.name) for p in Path("/proc").iterdir() if self._is_orphan(p)]

    def _is_orphan(self, folder):
        if not folder.name.isdigit():
            return False
        try:
            here = os.readlink(folder / "cwd") == str(self.data)
            return here and (folder / "cmdline").read_bytes().startswith(b"postgres:")
        except OSError:
            return False

    def _ready(self):
        env = {**os.environ, **self.environ(), "PGCONNECT_TIMEOUT": "2"}
        command = [self.client / "psql", "-XAtqc", "select 1", "postgres"]
        return process.run(command, env=env).returncode == 0
