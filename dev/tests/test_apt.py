"""The machine's apt configuration says where Debian is."""

import os
import unittest
from unittest import mock

from dev import apt
from dev.errors import DevError

SOURCES = [
    ("file:/third-party", "stable-tools", ["main"]),
    ("file:/security", "bookworm-security", ["main"]),
    ("file:/debian", "bookworm", ["contrib", "main"]),
]


class TestMirror(unittest.TestCase):
    def test_security_archive_is_not_the_mirror(self):
        nothing_chosen = mock.patch.dict(os.environ, ODOO_DEBIAN_MIRROR="")
        found = mock.patch.object(apt, "debian_sources", return_value=SOURCES[1:])
        with nothing_chosen, found:
            self.assertEqual(apt.mirror(), "file:/debian")

    def test_mirror_can_be_chosen(self):
        with mock.patch.dict(os.environ, ODOO_DEBIAN_MIRROR="file:/mine/"):
            self.assertEqual(apt.mirror(), "file:/mine")

    def test_without_mirror_the_way_out_is_named(self):
        refusal = self.assertRaisesRegex(DevError, "set ODOO_HOME")
        with mock.patch.object(apt, "mirror", return_value=None), refusal:
            apt.Apt("odoo")._sources()


class TestOffers(unittest.TestCase):
    MADISON = (
        " odoo-19 | 19.0-2 | file:/debian sid/main amd64 Packages\n"
        " odoo-19 | 19.0-1 | file:/debian testing/main amd64 Packages\n"
    )

    def test_versions_are_read_by_suite(self):
        source = apt.Apt("odoo")
        answer = mock.Mock(stdout=self.MADISON)
        with mock.patch.object(source, "_call", return_value=answer):
            found = source.offers("odoo-19")
        self.assertEqual(found, {"odoo-19": {"sid": "19.0-2", "testing": "19.0-1"}})
