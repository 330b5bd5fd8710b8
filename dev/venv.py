"""The Python environment that Odoo and the tools run in."""

import hashlib
import os
import shutil
import sys

from . import paths, process, progress
from .apt import Apt
from .errors import DevError

UV = "uv==0.13.9"
SUPPORTED = ((3, 10), (3, 13))
OFFLINE = (
    "Python packages cannot be downloaded: check the network (or pip's index "
    "setting) and run the same command again."
)


def ensure():
    """Return the virtual environment with everything in ``requirements.lock``.

    :raises DevError: unsupported Python, or the packages cannot be downloaded
    """
    check_version(sys.version_info[:2])
    return _ensure("venv", paths.HERE / "requirements.lock")


def ensure_node():
    """Return a virtual environment whose ``bin`` holds node and npm (200 MB)."""
    return _ensure("node", paths.HERE / "nodejs.lock")


def ensure_addons():
    """Return the folder of other people's add-ons that benchmarks compare with."""
    venv = _ensure("addons", paths.HERE / "addons.lock")
    return next(venv.glob("lib/python3*/site-packages/odoo/addons"))


def check_version(version):
    """Refuse a Python that Odoo 19 or the lock file does not know.

    :raises DevError: ``version`` is outside 3.10 to 3.13
    """
    if not SUPPORTED[0] <= version <= SUPPORTED[1]:
        raise DevError(
            f"Odoo 19 runs on Python 3.10 to 3.13, this is {version[0]}.{version[1]}: "
            "start with another one, for example python3.12 -m dev."
        )


def _ensure(name, lock):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    seed = lock.read_bytes() + sys.executable.encode() + sys.version.encode()
    key = hashlib.sha256(seed).hexdigest()[:10]
    venv = paths.cache() / f"{name}-{version}-{key}"
    if (venv / ".complete").exists():
        return venv
    with paths.locked(paths.cache() / f"{name}.lock"):
        if not (venv / ".complete").exists():
            progress.say(f"Python {version}: creating the environment {name} ...")
            with progress.watch("Python packages", venv):
                _create(venv, lock)
            (venv / ".complete").touch()  # a venv cannot be renamed into place
    return venv


def _create(venv, lock):
    shutil.rmtree(venv, ignore_errors=True)
    pip = _bare(venv)
    python = venv / "bin/python"
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    quiet = ["install", "-q", "--disable-pip-version-check"]
    # a lock names everything; add-ons would ask for Odoo, which is there already
    wanted = ["--no-deps", "--require-hashes", "-r", lock]
    result = process.run([*pip, *quiet, UV], env=env)
    if not result.returncode:
        uv = [venv / "bin/uv", "pip", "install", "-q", "-p", python]
        result = process.run([*uv, *wanted], env=env)
    if result.returncode:  # uv does not read pip.conf: a private index needs pip
        progress.say("  the quick installer failed, using pip ...")
        result = process.run([*pip, *quiet, *wanted], env=env)
    if result.returncode:
        raise DevError(OFFLINE, result.stderr)


def _bare(venv):
    """Create an empty environment; return the command that runs its pip."""
    python = venv / "bin/python"
    if not process.run([sys.executable, "-m", "venv", venv]).returncode:
        return [python, "-m", "pip"]
    # Debian without python3-venv: borrow pip from Debian's own wheel package
    shutil.rmtree(venv, ignore_errors=True)
    result = process.run([sys.executable, "-m", "venv", "--without-pip", venv])
    if result.returncode:
        raise DevError(
            "Python cannot create virtual environments; install python3-venv.",
            result.stderr,
        )
    return [python, f"{_pip_wheel()}/pip"]


def _pip_wheel():
    target = paths.cache() / "deb-pip"
    with paths.locked(paths.cache() / "deb-pip.lock"):
        if not target.exists():
            apt = Apt("host")
            apt.update()
            apt.unpack(["python3-pip-whl"], target, "pip")
    return next((target / "usr/share/python-wheels").glob("pip-*.whl"))
