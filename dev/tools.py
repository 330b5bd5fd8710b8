"""The programs around Odoo: browser, PDF printer, Node with two packages."""

import os
import re
import shutil
from pathlib import Path

from . import paths, private_tool, process, progress, venv
from .errors import DevError

BROWSERS = (  # Odoo's own search order
    "google-chrome",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
)
OLDEST_NODE = 20  # playwright-core asks for it
FONT = "fonts-dejavu-core"  # covers Hebrew and Polish


def browser():
    """Return the folder of a Chromium that Odoo will find by name.

    :raises DevError: ``CHROMIUM`` is wrong, or there is none to be had
    """
    if os.environ.get("CHROMIUM"):
        return _own_browser(Path(os.environ["CHROMIUM"]))
    found = _folder_of(*BROWSERS)
    programs = {"chromium": "usr/lib/chromium/chromium"}
    return found or private_tool.fetch("chromium", ["chromium", FONT], programs)


def browser_program(folder):
    """Return the browser inside ``folder`` as returned by :func:`browser`."""
    return next(folder / name for name in BROWSERS if (folder / name).exists())


def wkhtmltopdf():
    """Return the folder of wkhtmltopdf.

    :raises DevError: there is none to be had
    """
    found = _folder_of("wkhtmltopdf")
    programs = {name: f"usr/bin/{name}" for name in ("wkhtmltopdf", "wkhtmltoimage")}
    return found or private_tool.fetch("wkhtmltopdf", ["wkhtmltopdf", FONT], programs)


def node():
    """Return the folder of a ``node`` (20 or newer) with its ``npm``.

    :raises DevError: neither the machine nor PyPI has one
    """
    found = _folder_of("npm")
    if found and shutil.which("node") and _node_version() >= OLDEST_NODE:
        return found
    return venv.ensure_node() / "bin"


def node_packages(node_folder):
    """Return the ``node_modules`` folder with rtlcss and playwright-core.

    :raises DevError: they cannot be downloaded
    """
    lock = (paths.HERE / "node/package-lock.json").read_bytes()
    target = paths.cache() / f"node-modules-{_short_hash(lock)}"
    with paths.locked(paths.cache() / "node-modules.lock"):
        if not (target / ".complete").exists():
            progress.say("Node packages: fetching ...")
            _install_packages(target, node_folder)
            (target / ".complete").touch()
    return target / "node_modules"


def _install_packages(target, node_folder):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(paths.HERE / "node", target)
    env = {**os.environ, "PATH": f"{node_folder}:{os.environ.get('PATH', '')}"}
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    with progress.watch("Node packages", target):
        result = process.run(command, cwd=target, env=env)
    if result.returncode:
        raise DevError(
            "Node packages cannot be downloaded: check the network (or npm's "
            "registry setting) and run the same command again.",
            result.stderr,
        )


def _own_browser(program):
    """Return a folder where the user's browser has a name that Odoo looks for."""
    if not os.access(program, os.X_OK):
        raise DevError(f"CHROMIUM={program} is not a program that can be started.")
    if program.name in BROWSERS:
        return program.parent
    folder = paths.state() / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "chromium"
    link.unlink(missing_ok=True)
    link.symlink_to(program.resolve())
    return folder


def _folder_of(*names):
    found = next((path for path in map(shutil.which, names) if path), None)
    return Path(found).parent if found else None


def _node_version():
    match = re.match(r"v(\d+)", process.run(["node", "--version"]).stdout)
    return int(match[1]) if match else 0


def _short_hash(content):
    return venv.hashlib.sha256(content).hexdigest()[:10]
