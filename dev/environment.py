"""Odoo, its Python, its database server and its tools, put together."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time

from . import (
    odoo_source,
    paths,
    postgres_binaries,
    process,
    progress,
    tools,
    venv,
)
from .errors import DevError
from .foreign_postgres import ForeignServer
from .odoo_log import OdooLog
from .postgres import Cluster

REMOVED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE")
PROGRESS_EVERY = 10  # seconds between two lines about a long run of Odoo
DEFAULTS = {
    "http_interface": "127.0.0.1",
    "workers": 0,  # browser tests need the threaded server
    "limit_time_cpu": 1200,  # seconds; the first asset build on a slow machine
    "limit_time_real": 2400,
    "list_db": False,
    "smtp_server": "127.0.0.1",
    "smtp_port": 1025,
}


class Environment:
    """All parts, fetched if need be.

    :param bool full: also browser, PDF printer and Node packages; those that
        cannot be had are listed in ``missing`` with the reason
    :raises DevError: Odoo, Python packages or PostgreSQL cannot be had
    """

    def __init__(self, full=True):
        paths.state().mkdir(parents=True, exist_ok=True)
        self.odoo = odoo_source.ensure()
        self.venv = venv.ensure()
        self.server = self._server()
        self.node_modules = self.browser = None
        self.missing = {}  # {tool: why it cannot be had}
        self.path = [self.server.client, self.venv / "bin"]
        if full:
            self._add_tools()
        self.data = paths.state() / "data"
        self.data.mkdir(exist_ok=True)

    @property
    def python(self):
        """The interpreter that has Odoo's packages."""
        return self.venv / "bin/python"

    def database(self, name):
        """Return the real name of our database ``name`` on the server in use."""
        return self.server.prefix + name

    def environ(self):
        """Return the variables of a process inside this environment.

        Odoo reads every option from ``ODOO_<OPTION>`` too, so all of those go.
        """
        env = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PG", "ODOO_", "OPENERP_")) and key not in REMOVED
        }
        env.update(self.server.environ(), PYTHONPATH=str(self.odoo))
        env["PATH"] = ":".join([*map(str, self.path), os.environ.get("PATH", "")])
        env.update(LC_ALL="C.UTF-8", TZ="UTC")
        return env

    def configuration(self, name, **options):
        """Write Odoo's configuration file ``name`` and return its path."""
        values = {
            **DEFAULTS,
            "data_dir": self.data,
            "addons_path": paths.ROOT,
            "screenshots": paths.state() / "screenshots",
            "unaccent": self.server.can_set_immutable,
            **options,
        }
        path = paths.state() / f"{name}.conf"
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        path.write_text("[options]\n" + "".join(lines))
        return path

    def command(self, *arguments):
        """Return the command line that starts Odoo with ``arguments``."""
        return [str(part) for part in (self.python, "-m", "odoo", *arguments)]

    def run(
        self, *arguments, label, log, script=None, env=None, show=False, limit=3600
    ):
        """Run Odoo to its end with progress lines.

        :param str label: what the progress lines begin with
        :param Path log: file the whole output is appended to
        :param str script: Python for ``odoo shell``
        :param dict env: more variables
        :param bool show: print warnings and errors as they come
        :param int limit: seconds after which Odoo is killed
        :return: ``(exit code, OdooLog)``
        """
        child = process.spawn(
            self.command(*arguments),
            env={**self.environ(), **(env or {})},
            cwd=paths.state(),
            stdin=subprocess.PIPE if script else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if script:
            child.stdin.write(script)
            child.stdin.close()
        timer = threading.Timer(limit, child.kill)
        timer.start()
        try:
            with open(log, "a", encoding="utf-8") as output:
                found = _follow(child, label, output, show)
            return child.wait(), found
        finally:
            timer.cancel()
            process.stop(child)

    def must_run(self, *arguments, label, log, script=None):
        """Run Odoo as :meth:`run` does and insist on a clean log.

        :raises DevError: it failed or logged an error; names the log file
        """
        code, found = self.run(*arguments, label=label, log=log, script=script)
        errors = [line for line in found.stray if " WARNING " not in line]
        if code or errors or found.failed:
            tail = log.read_text(errors="replace").splitlines()[-40:]
            raise DevError(f"Odoo failed ({label}); see {log}.", "\n".join(tail))
        return found

    def _server(self):
        if os.environ.get("PGHOST"):
            return ForeignServer()
        binaries = postgres_binaries.ensure(self.venv)
        return Cluster(binaries, paths.state() / "pg")

    def _add_tools(self):
        self.browser = self._tool("browser", tools.browser)
        printer = self._tool("wkhtmltopdf", tools.wkhtmltopdf)
        node = self._tool("node", tools.node)
        if node:
            packages = self._tool("rtlcss", lambda: tools.node_packages(node))
            self.node_modules = packages
        scripts = self.node_modules and self.node_modules / ".bin"
        found = [self.browser, printer, node, scripts]
        self.path += [folder for folder in found if folder]

    def _tool(self, name, ensure):
        """Return what ``ensure`` finds; note the reason if it finds nothing."""
        try:
            return ensure()
        except DevError as error:
            self.missing[name] = str(error)
            progress.say(f"  note: no {name}: {error}")
            return None


def tool_problems(environment):
    """Return ``{tool: reason}`` for each tool that tests need and do not find."""
    search = environment.environ()["PATH"]
    found = dict(environment.missing)
    for tool in ("psql", "wkhtmltopdf", "node", "rtlcss"):
        if not shutil.which(tool, path=search):
            found.setdefault(tool, f"{tool} is not in PATH")
        elif tool != "psql" and not _starts(tool, environment):
            found[tool] = f"{tool} does not start"
    if not any(shutil.which(name, path=search) for name in tools.BROWSERS):
        found.setdefault("browser", "no Chromium in PATH")
    return found


def free_port(preferred=0):
    """Return a free local port: ``preferred``, one of the next 50, or any."""
    wanted = range(preferred, preferred + 50) if preferred else []
    for port in [*wanted, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise DevError("There is no free network port on this machine.")


def _starts(tool, environment):
    env = environment.environ()
    program = shutil.which(tool, path=env["PATH"])
    return process.run([program, "--version"], env=env).returncode == 0


def _follow(child, label, output, show):
    """Copy the child's lines to ``output`` and return what they told."""
    found, spoken = OdooLog(), time.monotonic()
    for line in child.stdout:
        output.write(line)
        if found.feed(line) and show:
            print(f"{label} | {line.rstrip()}", file=sys.stderr, flush=True)
        if time.monotonic() - spoken > PROGRESS_EVERY:
            spoken = time.monotonic()
            progress.say(f"  {label}: {_position(found)}")
    return found


def _position(found):
    if found.started:
        return f"{found.started} tests started, now {found.current}"
    if found.module:
        name, number, total = found.module
        return f"module {number} of {total}, {name}"
    return "working ..."
