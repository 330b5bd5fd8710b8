"""``dev bench``: run the scripts in ``benchmarks/`` and keep their results.

A benchmark is a file ``benchmarks/<name>.py`` with a function ``run(bench)``,
where ``bench`` is the :class:`Bench` below. Both sides of a comparison belong
into the same run, interleaved, so that a busy machine slows both alike.
"""

import importlib.util
import json
import os
import platform
import tempfile
from datetime import date
from pathlib import Path

from . import manifest, paths, process, progress
from .databases import Databases, log_file, temporary_name
from .environment import Environment
from .errors import DevError
from .templates import Templates

FOLDER = paths.ROOT / "benchmarks"
RESULTS = FOLDER / "results"
SHELL = paths.HERE / "bench_shell.py"


def run(name=None):
    """Run the benchmark ``name``, or all of them.

    :raises DevError: there is no such benchmark
    """
    scripts = {path.stem: path for path in sorted(FOLDER.glob("[a-z]*.py"))}
    if name and name not in scripts:
        known = ", ".join(scripts) or "none yet"
        raise DevError(f"There is no benchmark {name}; there are: {known}.")
    environment = Environment(full=False)
    with environment.server.running():
        Databases(environment).drop_leftovers()
        for script in [scripts[name]] if name else scripts.values():
            progress.say(f"benchmark {script.stem} ...")
            bench = Bench(environment, script.stem)
            try:
                _load(script).run(bench)
            finally:
                bench.close()


class Bench:
    """What a benchmark works with.

    :param Environment environment: whose server must be running
    :param str name: of the benchmark, names the file of its results
    """

    def __init__(self, environment, name):
        self.environment = environment
        self.name = name
        self.results = []
        self.addons = []  # folders of add-ons besides ours and Odoo's
        self._databases = Databases(environment)
        self._templates = Templates(environment)
        self._made = []

    def database(self, name, modules=(), addon=True):
        """Make a fresh database and return its name for the other methods.

        It is a copy of a template with the add-on's dependencies and without demo
        data, and is dropped at the end of the benchmark.

        :param str name: short, unique within the benchmark
        :param modules: more modules to install
        :param bool addon: with the add-on installed, or plain Odoo
        """
        database = temporary_name("bench", name)
        template = self._templates.installed if addon else self._templates.plain
        self._databases.clone(template(), database)
        self._made.append(database)
        if modules:
            self._install(database, modules)
        return database

    def copy(self, database, name):
        """Make a copy of ``database``, e.g. of filled volumes; return its name.

        Like the original, it is dropped at the end of the benchmark.
        """
        copied = temporary_name("bench", name)
        self._databases.clone(database, copied)
        self._made.append(copied)
        return copied

    def shell(self, database, code, **params):
        """Run Python inside ``odoo shell`` and return what it assigns to ``result``.

        The code sees ``env`` (superuser), its parameters as variables of their own,
        and ``measure()``, a context manager whose value has ``seconds`` (wall),
        ``cpu`` (seconds of this process), ``queries`` and ``peak_mb`` (highest
        resident memory of the process since its start) when the block is left.
        It commits only by ``env.cr.commit()``.

        :param params: JSON values
        :return: ``result`` as JSON gives it back; ``None`` if never assigned
        :raises DevError: the code failed; its traceback is shown
        """
        with tempfile.TemporaryDirectory(prefix="odoo-") as folder:
            task, answer = Path(folder, "task.json"), Path(folder, "answer.json")
            task.write_text(json.dumps({"code": code, "params": params}))
            env = {"BENCH_TASK": str(task), "BENCH_ANSWER": str(answer)}
            log = log_file(f"bench-{self.name}")
            exit_code, _found = self.environment.run(
                *("shell", *self._options(database), "--no-http"),
                label=self.name,
                log=log,
                script=SHELL.read_text(encoding="utf-8"),
                env=env,
            )
            if exit_code or not answer.exists():
                print(log.read_text(errors="replace")[-4000:])
                raise DevError(f"The code of the benchmark {self.name} failed.")
            return json.loads(answer.read_text())

    def sql(self, database, query):
        """Run SQL and return its rows as text, columns separated by ``|``.

        :raises DevError: PostgreSQL refuses the query
        """
        return self._databases.sql(query, database)

    def record(
        self,
        title,
        ours,
        other,
        unit,
        queries_ours=None,
        queries_other=None,
        peak_mb=None,
        goal=None,
    ):
        """Print one comparison and add it to ``benchmarks/results/<name>.txt``.

        :param float ours: what the add-on needs, in ``unit``
        :param float other: what the peer or plain SQL needs for the same work
        :param float peak_mb: highest memory of our side
        :param float goal: largest permitted ratio ours / other, if there is one
        :return: whether the goal is met, true without one
        """
        ratio = ours / other if other else float("inf")
        met = goal is None or ratio <= goal
        line = f"{title}\n  ours {ours:.4g} {unit}, other {other:.4g} {unit}"
        line += f", ratio {ratio:.2f}"
        if goal is not None:
            line += f" (goal {goal:g}: {'met' if met else 'NOT met'})"
        if queries_ours is not None or queries_other is not None:
            line += f"\n  queries: ours {queries_ours}, other {queries_other}"
        if peak_mb is not None:
            line += f"\n  peak memory {peak_mb:.0f} MB"
        self.note(line)
        return met

    def note(self, text):
        """Print ``text`` and add it to the results, e.g. the volumes used.

        Text that begins with a blank continues the entry before it.
        """
        print(text, flush=True)
        if text.startswith(" ") and self.results:
            self.results[-1] += "\n" + text
        else:
            self.results.append(text)
        RESULTS.mkdir(parents=True, exist_ok=True)
        body = "\n\n".join([self._heading(), *self.results])
        (RESULTS / f"{self.name}.txt").write_text(body + "\n", encoding="utf-8")

    def close(self):
        """Drop the databases of this benchmark."""
        for database in self._made:
            self._databases.drop(database)

    def _install(self, database, modules):
        self.environment.must_run(
            *("server", *self._options(database), "-i", ",".join(modules)),
            *("--stop-after-init", "--no-http"),
            label=f"install {','.join(modules)}",
            log=log_file(f"bench-{self.name}-install"),
        )

    def _options(self, database):
        folders = ",".join(map(str, [paths.ROOT, *self.addons]))
        conf = self.environment.configuration(
            "bench", max_cron_threads=0, addons_path=folders
        )
        return ["-c", conf, "-d", self.environment.database(database)]

    def _heading(self):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        return (
            f"{self.name}, {date.today().isoformat()}\n"
            f"crm_cards {manifest.read()['version']}, Odoo {self._odoo_version()}, "
            f"PostgreSQL {self.environment.server.major}, "
            f"Python {platform.python_version()}\n"
            f"{os.cpu_count()} cores, {memory:.0f} GB of memory, "
            f"load {os.getloadavg()[1]:.1f} when it was written"
        )

    def _odoo_version(self):
        command = self.environment.command("--version")
        found = process.run(command, env=self.environment.environ()).stdout.split()
        return found[-1] if found else "?"


def _load(script):
    spec = importlib.util.spec_from_file_location(f"benchmark_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
