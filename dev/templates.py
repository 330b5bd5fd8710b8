"""Databases that take minutes to make, kept to be copied in a second."""

import hashlib
import json

from . import manifest, paths, progress
from .databases import Databases, log_file

RECIPE = 1  # raise when the steps below change
LANGUAGES = ("he", "pl")  # ISO codes: he_IL works too but logs a misleading warning
ASSETS = """
env['ir.qweb']._pregenerate_assets_bundles()
for bundle in ('web.assets_emoji', 'bus.websocket_worker_assets'):
    env['ir.qweb']._get_asset_bundle(bundle, css=False, js=True).js()
env.cr.commit()
"""


class Templates:
    """Finished databases by recipe; each is built once under its own lock.

    :param Environment environment: whose server must be running
    """

    def __init__(self, environment):
        self.environment = environment
        self.databases = Databases(environment)

    def plain(self, demo=False, languages=()):
        """Return the database with the add-on's dependencies, without the add-on.

        :param bool demo: with Odoo's demo data
        :param languages: ISO codes of languages to load besides English
        """
        modules = manifest.depends()
        kind = "demo" if demo else "plain"
        name = f"tpl_{kind}_{self._key(modules, demo, sorted(languages))}"
        return self._build(name, lambda part: self._plain(part, demo, languages))

    def installed(self):
        """Return the database that has the add-on too, as its files are now."""
        source = self.plain()
        name = f"tpl_addon_{self._key(source, manifest.fingerprint())}"
        return self._build(name, lambda part: self._installed(source, part))

    def _build(self, name, steps):
        if self.databases.exists(name):
            return name
        with paths.locked(paths.state() / f"{name}.lock"):
            if not self.databases.exists(name):
                self._drop_older(name)
                part = f"{name}_part"
                self.databases.drop(part)
                steps(part)
                self.databases.rename(part, name)
        return name

    def _drop_older(self, name):
        """Drop what an older recipe or an older state of the add-on left."""
        kind = name.rpartition("_")[0]
        for old in self.databases.names():
            if old.startswith(kind + "_"):
                self.databases.drop(old)
                (paths.state() / f"{old}.lock").unlink(missing_ok=True)

    def _plain(self, part, demo, languages):
        modules = manifest.depends()
        extra = " with demo data" if demo else ""
        progress.say(f"template database: {', '.join(modules)}{extra} (once) ...")
        flags = ["--with-demo"] if demo else []
        log = log_file(part)
        options = self._options(part)
        self.environment.must_run(
            "server",
            *options,
            *("-i", ",".join(modules), "--stop-after-init", "--no-http", *flags),
            label="template",
            log=log,
        )
        if languages:  # never with -i: the chart of accounts breaks, English stays off
            self.environment.must_run(
                *("i18n", "loadlang", *options, "-l", *languages),
                label="languages",
                log=log,
            )
        self._assets(part, log)

    def _assets(self, part, log):
        """Build the web bundles once; without them the first tour takes 89 s."""
        progress.say("  building web assets (once) ...")
        self.environment.must_run(
            *("shell", *self._options(part), "--no-http"),
            label="web assets",
            log=log,
            script=ASSETS,
        )

    def _installed(self, source, part):
        progress.say(f"installing {paths.ADDON} on a copy of the template ...")
        self.databases.clone(source, part)
        self.environment.must_run(
            *("server", *self._options(part), "-i", paths.ADDON),
            *("--stop-after-init", "--no-http"),
            label=f"install {paths.ADDON}",
            log=log_file(part),
        )

    def _options(self, name):
        conf = self.environment.configuration("template", max_cron_threads=0)
        return ["-c", conf, "-d", self.environment.database(name)]

    def _key(self, *ingredients):
        release = self.environment.odoo / "odoo/release.py"
        seed = [RECIPE, str(release), release.stat().st_mtime]
        seed += [self.environment.server.major, *ingredients]
        return hashlib.sha256(json.dumps(seed).encode()).hexdigest()[:10]
