"""``dev screenshots``: pictures of the demo in three languages.

What is photographed is listed in ``shots.json``; ``shots.cjs`` drives the browser.
Shots with ``"portal": true`` are taken as the customer sees them.
"""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import demo, paths, process, progress, tools
from .environment import Environment
from .errors import DevError

SHOTS = paths.HERE / "shots.json"
SCRIPT = paths.HERE / "shots.cjs"
README_FOLDER = paths.ROOT / "docs/images"


def run(names=(), out=None, readme=False):
    """Take the shots ``names``, or all; return the exit code.

    :param Path out: folder for the pictures
    :param bool readme: take only the README's two, in English, into ``docs/images``
    :raises DevError: no browser, or no shot of that name
    """
    environment = Environment()
    _require_browser(environment)
    shots = _choose(json.loads(SHOTS.read_text()), names, readme)
    out = Path(out or paths.state() / "screenshots").resolve()
    out.mkdir(parents=True, exist_ok=True)
    with _address(environment) as address:
        code = _photograph(environment, address, shots, out)
    if readme:
        _keep_for_readme(shots, out)
    progress.say(f"pictures are in {README_FOLDER if readme else out}")
    return code


def _choose(shots, names, readme):
    unknown = set(names) - {shot["name"] for shot in shots}
    if unknown:
        raise DevError(f"shots.json has no shot {', '.join(sorted(unknown))}.")
    chosen = [shot for shot in shots if not names or shot["name"] in names]
    if readme:
        chosen = [{**s, "languages": ["en"]} for s in chosen if s.get("readme")]
    return chosen


@contextmanager
def _address(environment):
    """Context: the address of the running demo, or of one started for this."""
    running = demo.running_address()
    if running:
        yield running
    else:
        with demo.served(environment) as (address, _server):
            yield address


def _photograph(environment, address, shots, out):
    program = tools.browser_program(environment.browser)
    task = {"address": address, "out": str(out), "browser": str(program)}
    task["visits"] = plan_visits(shots)
    with tempfile.TemporaryDirectory(prefix="odoo-") as folder:
        path = Path(folder, "task.json")
        path.write_text(json.dumps(task))
        env = {**environment.environ(), "NODE_PATH": str(environment.node_modules)}
        env["TMPDIR"] = folder
        child = process.spawn(["node", SCRIPT, path], env=env)
        try:
            return child.wait()
        finally:
            process.stop(child)


def plan_visits(shots):
    """Return ``[{"user", "language", "shots"}]``: who logs in to take which shots."""
    visits = {}
    for shot in shots:
        for language in shot["languages"]:
            user = demo.PORTAL_USER if shot.get("portal") else demo.USERS[language]
            visits.setdefault((user, language), []).append(shot)
    return [
        {"user": user, "language": language, "shots": taken}
        for (user, language), taken in visits.items()
    ]


def _keep_for_readme(shots, out):
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    for shot in shots:
        name = shot["name"]
        shutil.copyfile(out / f"{name}_en.png", README_FOLDER / f"{name}.png")


def _require_browser(environment):
    for tool in ("browser", "node", "rtlcss"):
        if tool in environment.missing:
            raise DevError(environment.missing[tool])
