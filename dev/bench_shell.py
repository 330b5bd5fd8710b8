# Runs inside ``odoo shell`` for dev/bench.py: the task comes from a file, the
# answer goes to one, because Odoo's own output fills standard output.
import json
import os
import resource
import time
from contextlib import contextmanager
from types import SimpleNamespace

from odoo import sql_db


@contextmanager
def measure():
    found = SimpleNamespace(seconds=0.0, cpu=0.0, queries=0, peak_mb=0.0)
    wall, cpu, queries = time.perf_counter(), time.process_time(), sql_db.sql_counter
    yield found
    found.seconds = time.perf_counter() - wall
    found.cpu = time.process_time() - cpu
    found.queries = sql_db.sql_counter - queries
    found.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


with open(os.environ["BENCH_TASK"]) as handle:
    task = json.load(handle)
names = {"env": env, "measure": measure, "result": None, **task["params"]}  # noqa: F821
exec(compile(task["code"], "benchmark", "exec"), names)
with open(os.environ["BENCH_ANSWER"], "w") as handle:
    json.dump(names["result"], handle, default=str)
