"""``dev run`` and ``dev reset``: a server on demo data that is kept."""

import fcntl
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import manifest, paths, process, progress
from .databases import Databases, log_file
from .environment import Environment, free_port
from .errors import DevError
from .templates import LANGUAGES, Templates

NAME = "demo"
PORT = 8069
MAIL_PORT = 1025
START_TIMEOUT = 900  # seconds until the first page on a slow machine
USERS = {"en": "admin", "he": "hebrew", "pl": "polish"}  # password = login
PORTAL_USER = "dana"  # password = login
PREPARE = """
for company in env['res.company'].search([]):
    if 'iap_enrich_auto_done' in company:
        company.iap_enrich_auto_done = True    # no call home at the first login
admin = env.ref('base.user_admin')
shown = env['ir.model.data'].search(
    [('module', '=', 'crm_cards'), ('model', '=', 'mail.activity')])
activities = env['mail.activity'].browse(shown.mapped('res_id')).exists()
activities = activities.with_user(admin).with_context(mail_activity_quick_update=True)
for lang, login in (('he_IL', 'hebrew'), ('pl_PL', 'polish')):
    user = admin.copy({
        'name': login.title() + ' Admin', 'login': login, 'password': login,
        'email': login + '@example.com', 'lang': lang})
    user.action_create_employee()    # without one, nobody logs hours
    # a start page that is not empty; nobody is sent a mail about it
    for activity in activities.filtered(lambda activity: activity.user_id == admin):
        activity.copy({'user_id': user.id, 'card_asked_by_id': user.id})
    env['crm.cards.schedule.person'].create(
        {'user_id': user.id, 'person_id': env.ref('base.user_demo').id})
env.cr.commit()
"""


def run():
    """Serve the demo until Ctrl-C; return the exit code."""
    environment = Environment()
    with served(environment) as (address, server):
        print(_welcome(address), flush=True)
        try:
            return server.wait()
        except KeyboardInterrupt:  # the usual way to end it
            return 0


def reset():
    """Throw the demo's data away; the next ``run`` makes it anew."""
    environment = Environment(full=False)
    with _only_one(), environment.server.running():
        databases = Databases(environment)
        databases.drop(NAME)
        databases.drop(f"{NAME}_part")
        _fingerprint_file().unlink(missing_ok=True)
    progress.say("the demo's data is gone; python3 -m dev run makes it anew")


@contextmanager
def served(environment):
    """Context: ``(address, server process)`` of the demo, ready to answer.

    :raises DevError: it runs already, or the server ends before it answers
    """
    with _only_one(), environment.server.running():
        _ensure_database(environment)
        port = free_port(int(os.environ.get("ODOO_PORT") or PORT))
        mail_port = free_port(MAIL_PORT)
        with _child(_mail_sink(environment, mail_port), "mails", environment):
            command = _server(environment, port, mail_port)
            with _child(command, NAME, environment) as server:
                address = f"http://127.0.0.1:{port}"
                _wait(address, server)
                _fingerprint_file().write_text(manifest.fingerprint())
                _address_file().write_text(json.dumps(address))
                try:
                    yield address, server
                finally:
                    _address_file().unlink(missing_ok=True)
                    progress.say("stopping ...")


def running_address():
    """Return the address of this checkout's demo if it runs, else ``None``."""
    try:
        address = json.loads(_address_file().read_text())
        urllib.request.urlopen(f"{address}/web/login", timeout=60).close()
    except (OSError, ValueError):
        return None
    return address


@contextmanager
def _only_one():
    """Let one command at a time use the demo; the lock ends with the process."""
    paths.state().mkdir(parents=True, exist_ok=True)
    with open(paths.state() / "demo.lock", "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = running_address() or "and is starting"
            raise DevError(
                f"The demo of this checkout already runs ({where}): stop it first."
            ) from None
        yield


def _ensure_database(environment):
    """Make the demo database if there is none; it appears when it is complete."""
    databases = Databases(environment)
    if databases.exists(NAME):
        return
    template = Templates(environment).plain(demo=True, languages=LANGUAGES)
    progress.say(f"installing {paths.ADDON} with its demo data ...")
    part, log = f"{NAME}_part", log_file("demo-install")
    databases.clone(template, part)
    conf = environment.configuration("template", max_cron_threads=0)
    options = ["-c", conf, "-d", environment.database(part), "--no-http"]
    environment.must_run(
        *("server", *options, "-i", paths.ADDON, "--stop-after-init"),
        label=f"install {paths.ADDON}",
        log=log,
    )
    environment.must_run("shell", *options, label="users", log=log, script=PREPARE)
    _fingerprint_file().write_text(manifest.fingerprint())
    databases.rename(part, NAME)


def _server(environment, port, mail_port):
    name = environment.database(NAME)
    conf = environment.configuration(
        NAME,
        http_port=port,
        smtp_port=mail_port,
        dbfilter=f"^{name}$",
        max_cron_threads=1,
    )
    options = ["server", "-c", conf, "-d", name]
    if _changed():
        progress.say(f"{paths.ADDON} has changed, updating the demo ...")
        options += ["-u", paths.ADDON]
    return environment.command(*options)


def _mail_sink(environment, port):
    sink = paths.HERE / "mailsink.py"
    return [environment.python, sink, paths.state() / "mails", port]


@contextmanager
def _child(command, name, environment):
    with open(paths.logs() / f"{name}.log", "wb") as log:
        child = process.spawn(
            command,
            env=environment.environ(),
            cwd=paths.state(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield child
    finally:
        process.stop(child)


def _wait(address, server):
    """Wait for a page: the port opens before the database is loaded."""
    progress.say("starting the server ...")
    end = time.monotonic() + START_TIMEOUT
    log = paths.logs() / f"{NAME}.log"
    while time.monotonic() < end and server.poll() is None:
        status = _status(address)
        if status == 200:
            return
        if status:
            break
        time.sleep(0.2)
    tail = log.read_text(errors="replace")[-3000:]
    raise DevError(f"The server does not come up; see {log}.", tail)


def _status(address):
    """Return the HTTP status of the log-in page, 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"{address}/web/login", timeout=600) as page:
            return page.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _changed():
    try:
        return _fingerprint_file().read_text() != manifest.fingerprint()
    except OSError:
        return True


def _fingerprint_file():
    return paths.state() / "demo.fingerprint"


def _address_file():
    return paths.state() / "demo.address"


def _welcome(address):
    logins = ", ".join(f"{login} / {login}" for login in USERS.values())
    return (
        f"\n  {address}\n"
        f"  log in as {logins} (English, Hebrew, Polish)\n"
        f"  or as {PORTAL_USER} / {PORTAL_USER} to see what customers see\n"
        f"  log: {paths.logs() / f'{NAME}.log'}\n"
        f"  outgoing mail is kept, never sent: {paths.state() / 'mails'}\n"
        "  Ctrl-C stops everything; the data stays until python3 -m dev reset\n"
    )
