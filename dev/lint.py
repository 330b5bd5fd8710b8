"""Static checks: ruff, pylint-odoo and well-formed XML."""

from xml.etree import ElementTree

from . import paths, process
from .testpart import Part

CODE = ("dev", "benchmarks", paths.ADDON)


def run(environment, fix=False):
    """Run every check; return the :class:`Part`, one count per check.

    :param bool fix: let ruff repair and format what it can first
    """
    part = Part("lint")
    with part.timed():
        if fix:
            _ruff(environment, "check", "--fix")
            _ruff(environment, "format")
        part.check(_ruff(environment, "check", "--output-format=concise"))
        part.check(_ruff(environment, "format", "--check"))
        part.check(_pylint(environment))
        part.check(_xml())
    return part


def _ruff(environment, verb, *options):
    folders = [name for name in CODE if (paths.ROOT / name).is_dir()]
    command = [environment.venv / "bin/ruff", verb, "--no-cache", *options, *folders]
    return _problem(environment, f"ruff {verb}", command)


def _pylint(environment):
    command = [environment.python, "-m", "pylint", "--rcfile=.pylintrc", "-sn"]
    return _problem(environment, "pylint-odoo", [*command, paths.ADDON])


def _xml():
    """Return a line per XML file of the add-on that no parser can read."""
    files = sorted((paths.ROOT / paths.ADDON).rglob("*.xml"))
    bad = [complaint for complaint in map(_xml_complaint, files) if complaint]
    return "\n".join(["XML is not well-formed:", *bad]) if bad else ""


def _xml_complaint(path):
    try:
        ElementTree.parse(path)
    except ElementTree.ParseError as error:
        return f"{path.relative_to(paths.ROOT)}: {error}"
    return ""


def _problem(environment, title, command):
    """Return the output of a check that failed, or nothing."""
    result = process.run(command, cwd=paths.ROOT, env=environment.environ())
    if not result.returncode:
        return ""
    return f"{title}:\n{result.stdout}{result.stderr}".rstrip()
