"""The README promises the commands that there are."""

import re
import unittest

from dev import commands, paths

# host names in pieces, so that this file does not hold them either
PIECES = (("pypi", "org"), ("pythonhosted", "org"), ("debian", "org"), ("npmjs", "org"))
HOSTS = re.compile("|".join(rf"{name}\.{top}" for name, top in PIECES), re.I)
TEXT = (".py", ".rst", ".toml", ".in", ".lock", ".json", ".cjs", ".cfg", ".txt", "")


class TestReadme(unittest.TestCase):
    def test_readme_names_exactly_the_verbs_of_help(self):
        text = (paths.ROOT / "README.rst").read_text(encoding="utf-8")
        named = set(re.findall(r"python3 -m dev ([a-z0-9]+)", text))
        self.assertEqual(named, set(commands.VERBS))

    def test_every_verb_has_a_line_of_help(self):
        for verb, command in commands.VERBS.items():
            with self.subTest(verb):
                self.assertTrue(command.help)
                self.assertLess(len(command.help), 70)

    def test_host_pattern_finds_a_host(self):
        self.assertTrue(HOSTS.search("https://files." + ".".join(PIECES[1])))

    def test_no_host_of_a_package_source_is_named(self):
        folders = [paths.HERE, paths.ROOT / "docs", paths.ROOT / ".ci"]
        files = [path for folder in folders for path in folder.rglob("*")]
        files += [path for path in paths.ROOT.iterdir() if path.suffix]
        here = paths.HERE / "tests/test_readme.py"
        bad = [
            str(path.relative_to(paths.ROOT))
            for path in files
            if path.is_file() and path.suffix in TEXT and path != here
            if HOSTS.search(path.read_text(encoding="utf-8", errors="replace"))
        ]
        self.assertEqual(bad, [])
