"""Run a program from Debian packages that are unpacked, not installed."""

import shlex
from pathlib import Path

from . import paths, progress
from .apt import Apt

LIBRARY_FOLDERS = ("pulseaudio", "blas", "lapack", "nss")  # below the usual folder
FONTS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>
<dir>/usr/local/share/fonts</dir><dir prefix="xdg">fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
<include ignore_missing="yes">/etc/fonts/conf.d</include></fontconfig>
"""
WRAPPER = """\
#!/bin/sh
# generated: runs a privately unpacked Debian program
R={root}
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
if [ -d "$R/{qt}" ]; then
    export QT_PLUGIN_PATH="$R/{qt}" QT_QPA_PLATFORM=offscreen
fi
export FONTCONFIG_FILE="${{FONTCONFIG_FILE:-$R/fonts.conf}}"
exec "$R/{program}" "$@"
"""


def fetch(name, packages, programs):
    """Unpack ``packages`` with all that the machine lacks for them.

    :param dict programs: ``{command: path inside the packages}``
    :return: the folder of wrapper scripts named as the commands
    :raises DevError: the mirror cannot be reached or lacks a package
    """
    target = paths.cache() / f"deb-{name}"
    with paths.locked(paths.cache() / f"deb-{name}.lock"):
        if not target.exists():
            progress.say(f"{name}: not on this machine, fetching a private copy ...")
            apt = Apt("host")
            apt.update()
            specs = apt.missing(packages) or packages
            apt.unpack(
                specs, target, name, lambda part: _finish(part, target, programs)
            )
    return target / "bin"


def _finish(part, target, programs):
    """Add fonts.conf and wrappers that name the final place, ``target``."""
    (part / "fonts.conf").write_text(FONTS.format(root=target))
    if (part / "bin").is_symlink() or (part / "bin").exists():
        (part / "bin").rename(part / "bin.deb")
    (part / "bin").mkdir()
    libraries = _library_folders(part)
    for command, program in programs.items():
        wrapper = part / "bin" / command
        wrapper.write_text(
            WRAPPER.format(
                root=shlex.quote(str(target)),
                libraries=":".join(f"$R/{folder}" for folder in libraries),
                qt=f"{libraries[0]}/qt5/plugins",
                program=program,
            )
        )
        wrapper.chmod(0o755)


def _library_folders(part):
    """Return the folders of shared libraries, relative to ``part``, main one first."""
    found = sorted((part / "usr/lib").glob("*-linux-gnu*"))
    triplet = found[0].name if found else "x86_64-linux-gnu"
    main = Path("usr/lib") / triplet
    nested = {
        path.parent.relative_to(part)
        for path in (part / main).glob("*/*.so*")
        if path.parent.name in LIBRARY_FOLDERS
    }
    old = Path("lib") / triplet
    return [main, *sorted(nested), *([old] if (part / old).exists() else [])]
