"""Fetch Debian packages into private folders: no root, nothing installed.

The mirror is taken from the machine's own apt configuration; apt itself checks
signatures and hashes against Debian's keyring.
"""

import os
import re
import shutil
from pathlib import Path

from . import paths, process, progress
from .errors import DevError

KEYRINGS = [
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
]
ALL_SUITES = ("stable", "stable-backports", "testing", "sid")
OWN_SUITES = ("stable", "oldstable", "testing", "sid", "unstable")
CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::State "{folder}/state";
Dir::State::lists "{folder}/state/lists";
Dir::Cache "{folder}/cache";
Dir::Cache::archives "{folder}/cache/archives";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Acquire::GzipIndexes "false";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
"""

_up_to_date = set()  # kinds of which this process has read the lists


def configured_sources():
    """Return ``[(base, suite, components)]`` of the machine's apt configuration.

    ``--print-uris update`` needs neither root nor downloaded lists, unlike
    ``apt-get indextargets``, which prints nothing before the first update.
    """
    if not shutil.which("apt-get"):
        return []
    command = ["apt-get", "--print-uris", "update"]
    out = process.run(command, env={**os.environ, "LC_ALL": "C"}).stdout
    found = {}
    for source in re.findall(r"^'(\S+?)/dists/(\S+?)/InRelease'", out, re.M):
        found.setdefault(source, set())
    pattern = r"^'(\S+?)/dists/(\S+?)/([^/']+)/binary-"
    for base, suite, component in re.findall(pattern, out, re.M):
        found.setdefault((base, suite), set()).add(component)
    return [(base, suite, sorted(parts)) for (base, suite), parts in found.items()]


def debian_sources():
    """Return those of the configured sources that are Debian's own suites."""
    release = Path("/etc/os-release")
    text = release.read_text() if release.exists() else ""
    if not re.search(r'^ID="?debian', text, re.M):
        return []
    code = re.search(r'^VERSION_CODENAME="?(\w+)', text, re.M)
    names = "|".join([code[1] if code else "sid", *OWN_SUITES])
    suffix = "-updates|-security|-backports|/updates"
    pattern = re.compile(rf"({names})({suffix})?$")
    return [
        source
        for source in configured_sources()
        if pattern.match(source[1]) and "main" in source[2]
    ]


def mirror():
    """Return the base address of the Debian archive proper, or ``None``."""
    if os.environ.get("ODOO_DEBIAN_MIRROR"):
        return os.environ["ODOO_DEBIAN_MIRROR"].rstrip("/")
    for base, suite, _components in debian_sources():
        if "security" not in suite:
            return base
    return None


class Apt:
    """A private apt state.

    :param str kind: ``"odoo"`` reads stable to sid, ``"host"`` the machine's own
        suites, so that libraries fit those already installed
    """

    def __init__(self, kind):
        self.kind = kind
        self.folder = paths.cache() / "apt" / kind
        self.complaints = ""  # what apt said while reading the lists

    def update(self):
        """Read the package lists, once in the life of this process.

        :raises DevError: no mirror is configured or it cannot be reached
        """
        if self.kind in _up_to_date:
            return
        with paths.locked(self.folder.with_name(f"{self.kind}.lock")):
            self._configure()
            progress.say(f"  reading Debian's package lists ({self.kind}) ...")
            with progress.watch("package lists", self.folder / "state/lists"):
                result = self._update()
        self.complaints = result.stderr.strip()
        if not list((self.folder / "state/lists").glob("*Packages*")):
            raise DevError(
                "Debian's mirror cannot be reached: go online and try again, set "
                "ODOO_DEBIAN_MIRROR to another mirror, or set ODOO_HOME to an "
                "Odoo 19 that you already have.",
                result.stderr or result.stdout,
            )
        _up_to_date.add(self.kind)

    def offers(self, *packages):
        """Return ``{package: {suite: version}}`` as the mirror has them."""
        found = {package: {} for package in packages}
        for line in self._call("madison", *packages).stdout.splitlines():
            name, version, source = (part.strip() for part in line.split("|"))
            suite = source.split()[1].split("/")[0]
            found[name].setdefault(suite, version)
        return found

    def dependency(self, package, pattern):
        """Return the first dependency of ``package`` that fits ``pattern``."""
        shown = self._call("show", package).stdout
        match = re.search(rf"^Depends:.*?\b({pattern})", shown, re.M)
        return match[1] if match else None

    def missing(self, packages):
        """Return ``name=version`` of ``packages`` and what they need but is missing.

        :raises DevError: a package does not exist or cannot be installed
        """
        options = ["--no-install-recommends", "--print-uris", "-qq", "-y"]
        result = self._call("install", *options, *packages)
        if result.returncode:
            raise DevError(
                f"Debian's mirror does not offer {' '.join(packages)} here; "
                "install it with your package manager and try again.",
                result.stderr,
            )
        found = re.findall(r"^'\S+' (\S+?)_(\S+?)_\w+\.deb \d+", result.stdout, re.M)
        return [f"{name}={version.replace('%3a', ':')}" for name, version in found]

    def unpack(self, specs, target, label, finish=lambda root: None):
        """Download ``specs`` and unpack them as ``target``.

        ``target`` appears by a rename at the very end: it is complete or absent.

        :param finish: called with the unpacked folder before the rename
        """
        part = target.with_name(target.name + ".part")
        debs = target.with_name(target.name + ".debs")
        for leftover in (part, debs):
            shutil.rmtree(leftover, ignore_errors=True)
        part.mkdir(parents=True)
        self._unpack_all(self._download(specs, debs, label), part, label)
        finish(part)
        part.chmod(0o755)
        part.rename(target)
        shutil.rmtree(debs, ignore_errors=True)

    def _unpack_all(self, files, part, label):
        progress.say(f"  {label}: unpacking {len(files)} packages ...")
        with progress.watch(f"{label}, unpacked", part):
            for deb in files:
                result = process.run(["dpkg-deb", "-x", deb, part])
                if result.returncode:
                    raise DevError(
                        f"{deb.name} cannot be unpacked; is the disk full?",
                        result.stderr,
                    )
                deb.unlink()

    def _download(self, specs, folder, label):
        folder.mkdir(parents=True, exist_ok=True)
        total = self._download_size(specs)
        progress.say(f"  {label}: downloading {progress.megabytes(total)} ...")
        with progress.watch(label, folder, total):
            result = self._call("download", *specs, cwd=folder)
        files = sorted(folder.glob("*.deb"))
        if result.returncode or len(files) < len(set(specs)):
            raise DevError(
                f"The download of {label} from Debian's mirror broke off; "
                "check the network and run the same command again.",
                result.stderr,
            )
        return files

    def _download_size(self, specs):
        out = self._call("--print-uris", "download", *specs).stdout
        return sum(int(size) for size in re.findall(r"\.deb (\d+) ", out))

    def _update(self):
        result = self._call("update")
        if "is expired" in result.stderr:  # a snapshot; signatures are still checked
            progress.say("  note: the mirror's index is older than its validity date")
            result = self._call("-o", "Acquire::Check-Valid-Until=false", "update")
        return result

    def _call(self, verb, *arguments, cwd=None):
        tool = "apt-cache" if verb in ("madison", "show") else "apt-get"
        command = [tool, "-c", self.folder / "apt.conf", verb, *arguments]
        return process.run(command, cwd=cwd, env={**os.environ, "LC_ALL": "C"})

    def _configure(self):
        for name in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").write_text(self._sources())
        text = CONFIGURATION.format(folder=self.folder)
        if os.geteuid() == 0:
            text += 'APT::Sandbox::User "root";\n'
        (self.folder / "apt.conf").write_text(text)

    def _sources(self):
        ring = next((ring for ring in KEYRINGS if os.path.exists(ring)), None)
        rows = self._rows()
        if not ring or not rows:
            raise DevError(
                "This machine has no usable Debian mirror in its apt configuration "
                "(or no debian-archive-keyring): set ODOO_HOME to an Odoo 19 that you "
                "already have, or ODOO_DEBIAN_MIRROR to a mirror of Debian."
            )
        line = f"deb [signed-by={ring}] {{}} {{}} main\n"
        return "".join(line.format(base, suite) for base, suite in rows)

    def _rows(self):
        if self.kind == "host":
            return [(base, suite) for base, suite, _parts in debian_sources()]
        base = mirror()
        return [(base, suite) for suite in ALL_SUITES] if base else []
