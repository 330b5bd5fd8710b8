"""``dev peers``: Odoo's own tests, with the add-on and without it.

What fails only with the add-on is our fault. Tests that Odoo runs while it
installs a module never see a module installed later, so these are run here on
the complete registry instead, on both databases alike.
"""

import re
from concurrent.futures import ThreadPoolExecutor

from . import paths, process, progress
from .addon_tests import AddonTests
from .databases import Databases, log_file, temporary_name
from .environment import Environment
from .errors import DevError
from .templates import Templates

LIMIT = 2 * 60 * 60  # seconds for one run of Odoo's tests
MODULES = (
    *("crm", "sale", "sale_crm", "account", "contacts"),
    *("mail", "test_mail", "calendar", "hr", "project_todo"),
)
# no add-on of ours depends on these
EXTRA = {"test_mail"}
# of the large ones only what touches our work; the rest takes hours
FILES = {
    "hr": ("test_mail_activity_plan",),
    "mail": ("test_mail_activity",),
    "test_mail": (
        "test_mail_activity",
        "test_mail_activity_mixin",
        "test_mail_activity_plan",
        "test_performance",
    ),
    "account": (
        "test_account_partner",
        "test_account_move_in_invoice",
        "test_account_move_out_invoice",
        "test_account_move_out_refund",
        "test_account_payment",
        "test_account_merge_wizard",
        "test_invoice_taxes",
        "test_payment_term",
        "test_sequence_mixin",
    ),
}
# runs at_install tests in odoo shell; {tags} is a --test-tags value
SUITE = """
from odoo.modules import module
from odoo.tests import loader
from odoo.tools import config
config['test_enable'] = True
config['test_tags'] = {tags!r}
env.registry.ready = True
module.current_test = True
suite = loader.make_suite({modules!r}, 'at_install')
env.cr.rollback()
report = loader.run_suite(suite)
import logging
logging.getLogger('odoo.tests.result').info('%s', report)
"""


def run(modules=()):
    """Compare; return 1 if a test fails only with the add-on.

    :param modules: names of Odoo modules, default those the add-on works with
    """
    environment = Environment()
    modules = list(modules) or list(MODULES)
    with environment.server.running():
        databases = Databases(environment)
        databases.drop_leftovers()
        peers = Peers(environment, modules)
        try:
            plain, ours = peers.run()
        finally:
            for name in (peers.name("plain"), peers.name("addon")):
                databases.drop(name)
    return report(plain, ours)


def report(plain, ours):
    """Print what fails only with the add-on; return the exit code.

    :param plain: ``Outcome`` without the add-on
    :param ours: ``Outcome`` with it
    """
    print(f"plain Odoo: {plain}\nwith {paths.ADDON}: {ours}")
    new = sorted(ours.failed - plain.failed)
    for test in new:
        print(f"FAILS ONLY WITH {paths.ADDON}: {test}")
    if not new and ours.total < plain.total:
        print(f"{plain.total - ours.total} tests did not run with {paths.ADDON}")
        return 1
    return 1 if new else 0


class Outcome:
    """Which tests failed, of how many; several runs add up."""

    def __init__(self):
        self.failed = set()
        self.total = 0

    def add(self, found):
        """Add an :class:`OdooLog`; tests are called by module, class and method."""
        self.failed |= {re.sub(r" \(.*", "", test) for test in found.failed}
        self.total += found.result[2] if found.result else 0

    def __str__(self):
        return f"{len(self.failed)} of {self.total} tests failed"


class Peers:
    """Two databases that differ by the add-on only.

    :param Environment environment: whose server must be running
    """

    def __init__(self, environment, modules):
        self.environment = environment
        self.modules = modules
        self.odoo = AddonTests(environment)
        self.databases = Databases(environment)

    def name(self, side):
        """Return the name of the database ``plain`` or ``addon``."""
        return temporary_name("peers", side)

    def run(self):
        """Return the :class:`Outcome` of plain Odoo and that with the add-on."""
        templates = Templates(self.environment)
        self.databases.clone(templates.plain(), self.name("plain"))
        self.databases.clone(templates.installed(), self.name("addon"))
        extra = EXTRA.intersection(self.modules)
        for side in ("plain", "addon") if extra else ():
            progress.say(f"installing {', '.join(extra)} ({side}) ...")
            self._install(side, extra)
        progress.say(f"tests of {', '.join(self.modules)}, twice ...")
        with ThreadPoolExecutor(2) as pool:
            sides = [pool.submit(self._side, side) for side in ("plain", "addon")]
            try:
                return [side.result() for side in sides]
            except BaseException:
                process.stop_all()
                raise

    def _install(self, side, modules):
        conf = self.environment.configuration("peers", max_cron_threads=0)
        name = self.environment.database(self.name(side))
        self.environment.must_run(
            *("server", "-c", conf, "-d", name, "-i", ",".join(modules)),
            *("--stop-after-init", "--no-http"),
            label=f"install {','.join(modules)}",
            log=log_file(f"peers-{side}-install"),
        )

    def _side(self, side):
        outcome = Outcome()
        for found in (self._at_install(side), self._post_install(side)):
            if not found.result:
                raise DevError(f"The tests broke off; see the logs in {paths.logs()}.")
            outcome.add(found)
        return outcome

    def _at_install(self, side):
        script = SUITE.format(tags=tags(self.modules), modules=self.modules)
        conf = self.environment.configuration("peers", max_cron_threads=0)
        name = self.environment.database(self.name(side))
        label = f"peers-{side}"
        _code, found = self.environment.run(
            *("shell", "-c", conf, "-d", name, "--no-http"),
            label=label,
            log=log_file(label),
            script=script,
            limit=LIMIT,
        )
        return found

    def _post_install(self, side):
        _code, found = self.odoo.odoo(
            f"peers-{side}-post",
            self.name(side),
            tags(self.modules) + ",-at_install",
            show=False,
            limit=LIMIT,
        )
        return found


def tags(modules):
    """Return the ``--test-tags`` value for the tests of ``modules`` we care about."""
    chosen = []
    for module in modules:
        files = FILES.get(module)
        if files:
            chosen += [f"/{module}/tests/{name}.py" for name in files]
        else:
            chosen.append(f"/{module}")
    return ",".join(chosen)
