"""The cluster trusts no process id it cannot verify."""

import os
import tempfile
import unittest
from pathlib import Path

from dev.databases import TEMPORARY, temporary_name
from dev.postgres import Cluster


class FakeBinaries:
    client = Path("/nonexistent")
    libraries = None

    def major(self):
        return 15

    def environ(self):
        return {}


class TestCluster(unittest.TestCase):
    def cluster(self, base):
        cluster = Cluster(FakeBinaries(), base)
        cluster.data.mkdir(parents=True)
        return cluster

    def test_foreign_process_id_is_not_ours(self):
        with tempfile.TemporaryDirectory() as base:
            cluster = self.cluster(base)
            (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
            self.assertIsNone(cluster.pid())

    def test_broken_pid_file_is_no_server(self):
        with tempfile.TemporaryDirectory() as base:
            cluster = self.cluster(base)
            (cluster.data / "postmaster.pid").write_text("")
            self.assertIsNone(cluster.pid())
            self.assertFalse(cluster.stop())

    def test_long_path_gets_a_short_socket_folder(self):
        with tempfile.TemporaryDirectory() as base:
            cluster = Cluster(FakeBinaries(), Path(base) / ("x" * 90))
            self.assertLess(len(str(cluster.socket_folder)), 85)


class TestDatabaseNames(unittest.TestCase):
    def test_temporary_name_carries_its_owner(self):
        found = TEMPORARY.match(temporary_name("test", "browser"))
        self.assertEqual(found[1], str(os.getpid()))

    def test_kept_databases_are_not_temporary(self):
        for name in ("demo", "tpl_plain_0123456789", "tpl_addon_0123456789"):
            self.assertIsNone(TEMPORARY.match(name))
