"""The verbs: what each is called, takes and does."""

from collections.abc import Callable
from dataclasses import dataclass

from . import (
    bench,
    demo,
    i18n,
    lint,
    paths,
    peers,
    process,
    progress,
    screenshots,
    testrun,
)
from .databases import Databases
from .environment import Environment, tool_problems

PASS_THROUGH = ("odoo", "psql")  # their arguments belong to another program


@dataclass(frozen=True)
class Command:
    """One verb.

    :ivar arguments: ``(names, options)`` for ``add_argument``
    """

    help: str
    call: Callable
    arguments: tuple = ()


def _argument(*names, **options):
    return names, options


def _run(_options):
    return demo.run()


def _reset(_options):
    demo.reset()


def _test(options):
    return testrun.run(options.tags)


def _lint(options):
    return testrun.report([lint.run(Environment(full=False), options.fix)])


def _i18n(options):
    environment = Environment(full=False)
    if not options.check:
        return i18n.update(environment)
    with environment.server.running():
        return testrun.report([i18n.check(environment)])


def _odoo(options):
    environment = Environment()
    conf = environment.configuration("odoo", max_cron_threads=0)
    env = {**environment.environ(), "ODOO_RC": str(conf)}
    arguments = _own_names(options.rest, environment)
    with environment.server.running():
        return process.foreground(environment.command(*arguments), env)


def _own_names(arguments, environment):
    """Put the prefix of a shared server before the name after ``-d``."""
    found = list(arguments)
    for index, word in enumerate(found[1:], 1):
        if found[index - 1] in ("-d", "--database"):
            found[index] = environment.database(word)
    return found


def _psql(options):
    environment = Environment(full=False)
    psql = environment.server.client / "psql"
    arguments = options.rest or [environment.database(demo.NAME)]
    with environment.server.running():
        return process.foreground([psql, *arguments], environment.environ())


def _bench(options):
    return bench.run(options.name)


def _screenshots(options):
    return screenshots.run(options.names, options.out, options.readme)


def _peers(options):
    return peers.run(options.modules)


def _setup(_options):
    environment = Environment()
    progress.say("everything is there")
    return 1 if environment.missing else 0


def _doctor(_options):
    environment = Environment()
    rows = {
        "checkout": paths.ROOT,
        "downloads": paths.cache(),
        "state": paths.state(),
        "Odoo": environment.odoo,
        "Python": environment.venv,
        "database": environment.server.describe(),
        "programs": ":".join(map(str, environment.path)),
        **{f"no {tool}": why for tool, why in tool_problems(environment).items()},
    }
    print("\n".join(f"{name:15}{value}" for name, value in rows.items()))


def _stop(_options):
    stopped = Environment(full=False).server.stop()
    print("stopped" if stopped else "was not running")


def _clean(_options):
    environment = Environment(full=False)
    with environment.server.running():
        databases = Databases(environment)
        for name in databases.names():
            if name != demo.NAME:
                databases.drop(name)
                print("dropped", name)


VERBS = {
    "run": Command("set up everything and serve the demo", _run),
    "reset": Command("throw the demo's data away", _reset),
    "test": Command(
        "run every test, or the add-on's tests with TAGS",
        _test,
        (_argument("tags", nargs="?", metavar="TAGS", help="as for --test-tags"),),
    ),
    "odoo": Command(
        "call Odoo's own command line, e.g. odoo shell -d demo",
        _odoo,
        (_argument("rest", nargs="*", metavar="ARGS"),),
    ),
    "lint": Command(
        "check style and structure of the code",
        _lint,
        (_argument("--fix", action="store_true", help="repair what can be repaired"),),
    ),
    "i18n": Command(
        "export the terms and merge them into the translations",
        _i18n,
        (_argument("--check", action="store_true", help="only tell what is missing"),),
    ),
    "bench": Command(
        "run the benchmarks, or the one with this NAME",
        _bench,
        (_argument("name", nargs="?", metavar="NAME"),),
    ),
    "screenshots": Command(
        "photograph the demo in English, Hebrew and Polish",
        _screenshots,
        (
            _argument("names", nargs="*", metavar="SHOT", help="as in shots.json"),
            _argument("--out", metavar="FOLDER", help="where to put the pictures"),
            _argument("--readme", action="store_true", help="renew those of README"),
        ),
    ),
    "peers": Command(
        "run Odoo's own tests with and without the add-on",
        _peers,
        (_argument("modules", nargs="*", metavar="MODULE"),),
    ),
    "setup": Command("only fetch everything", _setup),
    "doctor": Command("tell what is used and where it lies", _doctor),
    "psql": Command("open psql on the demo's database", _psql),
    "stop": Command("stop a database server that was left running", _stop),
    "clean": Command("drop test and template databases", _clean),
}
