"""``dev test``: everything, or the add-on's tests with some tags."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

from . import i18n, lifecycle, lint, paths, process, progress
from .addon_tests import TEST_LINT, AddonTests
from .databases import Databases, log_file, temporary_name
from .environment import Environment, tool_problems
from .templates import LANGUAGES, Templates
from .test_classes import browser_classes, javascript_tests, python_tests
from .testpart import Part, summary

HOOT = f"/web:WebSuite.test_unit_desktop[@{paths.ADDON}]"
LANES = 2  # parts that run side by side
# Modules that the add-on works with and does not need. Tests that carry such a name as
# a tag run where the module is installed, too.
NEIGHBOURS = ("sale_stock",)


def run(tags=None):
    """Run the tests; return the exit code, 0 only if nothing failed."""
    environment = Environment()
    with environment.server.running():
        run = TestRun(environment)
        try:
            parts = run.some(tags) if tags else run.everything()
        finally:
            run.clean()
    return report(parts)


def report(parts):
    """Print a table of ``parts`` and the last line; return the exit code."""
    sys.stderr.flush()
    for part in parts:
        for problem in part.problems:
            print(f"FAILED {part.name}: {problem}")
    print("\n".join(["", *(part.line() for part in parts), "", summary(parts)]))
    sys.stdout.flush()
    return 1 if any(part.failed for part in parts) else 0


class TestRun:
    """One run; its databases are named after this process.

    :param Environment environment: whose server must be running
    """

    def __init__(self, environment):
        self.environment = environment
        self.databases = Databases(environment)
        self.templates = Templates(environment)
        self.odoo = AddonTests(environment)

    def everything(self):
        """Run all parts, two at a time; return them in a fixed order."""
        self.databases.drop_leftovers()
        with ThreadPoolExecutor(LANES) as pool:
            static = [
                pool.submit(tools_part, self.environment),
                pool.submit(lint.run, self.environment),
                pool.submit(own_tests, self.environment),
            ]
            try:
                install = self._install()
                inside = self._after_install(pool, install)
                parts = [future.result() for future in [*static, *inside]]
            except BaseException:
                process.stop_all()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        parts.append(install)
        self._require_tests(parts)
        return parts

    def some(self, tags):
        """Run the add-on's tests with ``tags`` on a fresh database."""
        self.databases.drop_leftovers()
        tags = re.sub(r"(^|,)(-?):", rf"\1\2/{paths.ADDON}:", tags)
        name = self._name("tags")
        if f"/{paths.ADDON}" in tags:
            neighbours = [module for module in NEIGHBOURS if module in tags]
            self.databases.clone(self.templates.plain(), name)
            part = self.odoo.run("tags", name, tags, [paths.ADDON, *neighbours])
        else:  # tests of other modules, with the add-on there already
            self.databases.clone(self.templates.installed(), name)
            part = self.odoo.run("tags", name, tags)
        if not part.passed and not part.failed:
            part.fail(f"no test has the tags {tags}")
        return [part]

    def clean(self):
        """Drop this run's databases."""
        own = temporary_name("test", "")
        for name in self.databases.names():
            if name.startswith(own):
                self.databases.drop(name)

    def _install(self):
        """Install the add-on with its at_install tests; the result is then copied."""
        name = self._name("install")
        self.databases.clone(self.templates.plain(), name)
        progress.say(f"installing {paths.ADDON}, with tests during installation ...")
        tags = f"/{paths.ADDON},-post_install"
        return self.odoo.run("install", name, tags, install=[paths.ADDON])

    def _after_install(self, pool, install):
        if not self._is_installed():
            if not install.failed:
                install.fail(f"{paths.ADDON} is not installed")
            return []
        progress.say("running the other tests on copies of that database ...")
        jobs = [
            self._odoo_job("browser", self._browser_tags()),
            self._odoo_job("models", self._model_tags()),
            self._odoo_job("test_lint", TEST_LINT, install=["test_lint"]),
            *map(self._neighbour_job, NEIGHBOURS),
            lambda: i18n.check(self.environment, self._copy("terms")),
            self._lifecycle,
        ]
        copies_made = [job for job in jobs if job]
        return [pool.submit(job) for job in copies_made]

    def _lifecycle(self):
        name = self._name("lifecycle")
        history = self.templates.plain(demo=True, languages=LANGUAGES)
        self.databases.clone(history, name)
        return lifecycle.run(self.environment, name)

    def _odoo_job(self, name, tags, install=()):
        """Return a function that runs a part on its own copy, or ``None``."""
        if not tags:
            return None
        copy = self._copy(name)
        return lambda: self.odoo.run(name, copy, tags, install)

    def _neighbour_job(self, module):
        """Return a function that runs the tests of the add-on beside ``module``."""
        copy = self._copy(module)

        def run():
            # First alone: while Odoo installs, it runs tests of what it installs only.
            conf = self.environment.configuration("test", max_cron_threads=0)
            self.environment.must_run(
                *("server", "-c", conf, "-d", self.environment.database(copy)),
                *("-i", module, "--stop-after-init", "--no-http"),
                label=module,
                log=log_file(copy),
            )
            return self.odoo.run(module, copy, f"{module}/{paths.ADDON}")

        return run

    def _copy(self, part):
        name = self._name(part)
        self.databases.clone(self._name("install"), name)
        return name

    def _browser_tags(self):
        tags = [f"/{paths.ADDON}:{name}" for name in browser_classes()]
        if javascript_tests():
            tags.append(HOOT)
        return ",".join(tags)

    def _model_tags(self):
        """Select what neither ran during installation nor needs a browser."""
        if not python_tests():
            return ""
        others = [f"-/{paths.ADDON}:{name}" for name in browser_classes()]
        return ",".join([f"/{paths.ADDON}", "-at_install", *others])

    def _is_installed(self):
        query = f"select state from ir_module_module where name = '{paths.ADDON}'"
        return self.databases.sql(query, self._name("install")) == "installed"

    def _require_tests(self, parts):
        """Fail when there are test files but no test of theirs ran."""
        ran = {part.name: part.passed + part.failed + part.skipped for part in parts}
        inside = sum(ran.get(name, 0) for name in ("install", "models", "browser"))
        if python_tests() and not inside:
            parts[-1].fail(f"no test of {paths.ADDON} ran")
        for part in parts:
            if part.name in NEIGHBOURS and not ran[part.name]:
                part.fail(f"no test has the tag {part.name}")

    def _name(self, part):
        return temporary_name("test", part)


def tools_part(environment):
    """Check that every program the tests need is there and starts."""
    part = Part("tools")
    with part.timed():
        problems = tool_problems(environment)
        for tool in ("browser", "node", "psql", "rtlcss", "wkhtmltopdf"):
            reason = problems.get(tool)
            part.check(f"{tool}: {reason}" if reason else "")
    return part


def own_tests(environment):
    """Run the tests of this package; return the :class:`Part`."""
    part = Part("dev")
    command = [environment.python, "-m", "unittest", "discover", "-s", "dev/tests"]
    with part.timed():
        result = process.run(
            [*command, "-t", paths.ROOT], cwd=paths.ROOT, env=environment.environ()
        )
    read_unittest(part, result.returncode, result.stderr)
    return part


def read_unittest(part, code, output):
    """Turn the output of ``unittest`` into counts of ``part``."""
    ran = re.search(r"^Ran (\d+) tests?", output, re.M)
    counts = dict(re.findall(r"(failures|errors|skipped)=(\d+)", output))
    bad = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    part.skipped = int(counts.get("skipped", 0))
    part.passed = max(0, int(ran[1]) - bad - part.skipped) if ran else 0
    if code or not part.passed:
        part.fail(output.strip() or f"ended with code {code}")
        part.failed = max(bad, 1)
