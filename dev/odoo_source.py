"""Odoo 19 itself: the user's own (``ODOO_HOME``) or Debian's package, unpacked."""

import os
import re
import shutil
from pathlib import Path

from . import paths, progress
from .apt import ALL_SUITES, Apt
from .errors import DevError

# fonts and scripts that the package links to; always stable's: sid has Font Awesome 7
STATIC_PACKAGES = [
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
]
SITE = "usr/lib/python3/dist-packages"
# left out by Debian but still listed in web.assets_backend: every tour would fail
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def find_release(root):
    """Return the folder for PYTHONPATH inside a source tree or unpacked package.

    :return: ``None`` if there is no Odoo below ``root``
    :raises DevError: it is another version than 19.0
    """
    for folder in (root, root / SITE):
        release = folder / "odoo/release.py"
        if release.exists():
            pattern = r"^version_info = \((\d+), (\d+)"
            version = re.search(pattern, release.read_text(), re.M)
            if version and version.groups() == ("19", "0"):
                return folder
            found = ".".join(version.groups()) if version else "of unknown version"
            raise DevError(f"{folder} holds Odoo {found}; the add-on needs 19.0.")
    return None


def ensure():
    """Return the folder to put on PYTHONPATH, downloading Odoo if need be.

    :raises DevError: ``ODOO_HOME`` is wrong, or nothing can be downloaded
    """
    if os.environ.get("ODOO_HOME"):
        return _from_user(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    found = _cached()
    if found:
        return found
    with paths.locked(paths.cache() / "odoo.lock"):
        return _cached() or _download()


def _from_user(home):
    found = find_release(home)
    if not found:
        raise DevError(f"ODOO_HOME={home} does not contain odoo/release.py.")
    return found


def _cached():
    unfinished = (".part", ".debs", ".lock")
    for folder in sorted(paths.cache().glob("odoo-19*"), reverse=True):
        if folder.suffix not in unfinished and (folder / "usr").exists():
            return find_release(folder)
    return None


def _download():
    progress.say("Odoo 19: fetching Debian's package (1.2 GB unpacked) ...")
    apt = Apt("odoo")
    apt.update()
    specs = _choose(apt)
    version = specs[0].partition("=")[2].replace("/", "_").replace(":", "_")
    target = paths.cache() / f"odoo-{version}"
    apt.unpack(specs, target, "Odoo", _finish)
    progress.say(f"  Odoo {version} is ready")
    return find_release(target)


def _choose(apt):
    """Return ``name=version`` of Odoo, first, and of its static packages."""
    offers = apt.offers("odoo-19", *STATIC_PACKAGES)
    suite = next((suite for suite in ALL_SUITES if suite in offers["odoo-19"]), None)
    if not suite:
        raise DevError(
            "Debian's mirror does not offer the package odoo-19: put an Odoo 19.0 "
            "source tree somewhere and set ODOO_HOME to it.",
            apt.complaints,
        )
    specs = [f"odoo-19={offers['odoo-19'][suite]}"]
    for package in STATIC_PACKAGES:
        found = [offers[package].get(name) for name in ("stable", "testing", "sid")]
        specs += [f"{package}={version}" for version in found if version][:1]
    return specs


def _finish(root):
    """Remove what the package doubles and add the file it lacks."""
    site = root / SITE
    for extra in ("addons", "doc", "setup", "odoo-19.0.egg-info"):
        shutil.rmtree(site / extra, ignore_errors=True)
    stub = site / LEFT_OUT
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* empty stand-in: Debian's package leaves this file out */\n")
