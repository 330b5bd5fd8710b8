"""Tell the user what is going on: one line per step, on standard error."""

import sys
import threading
import time
from contextlib import contextmanager

START = time.monotonic()
EVERY = 3  # seconds between two lines about the same download


def say(message):
    """Print ``message`` with the seconds since the start."""
    elapsed = time.monotonic() - START
    print(f"[{elapsed:6.1f}s] {message}", file=sys.stderr, flush=True)


def folder_size(folder):
    """Return the bytes of all files below ``folder``, zero if there is none."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:  # moved away while we looked
            continue
    return total


def megabytes(size):
    """Format bytes, e.g. ``12.3 MB``."""
    return f"{size / 1e6:.1f} MB"


@contextmanager
def watch(label, folder, total=None):
    """While the body runs, say every few seconds how large ``folder`` has grown.

    :param int total: expected size in bytes, if known
    """
    done = threading.Event()

    def report():
        last = None
        while not done.wait(EVERY):
            size = folder_size(folder)
            if size != last:
                of = f" of {megabytes(total)}" if total else ""
                say(f"  {label}: {megabytes(size)}{of}")
            last = size

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
