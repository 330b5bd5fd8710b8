"""Child processes that never outlive us."""

import ctypes
import signal
import subprocess
import threading

_LIBC = ctypes.CDLL(None)  # loaded before any fork: dlopen is not safe after one
_PR_SET_PDEATHSIG = 1
_running = set()
_lock = threading.Lock()


def die_with_parent():
    """``preexec_fn``: the child gets SIGTERM when we die, whatever kills us."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def run(command, **options):
    """Run ``command`` to its end; return the completed process with text output."""
    defaults = {"text": True, "capture_output": True, "errors": "replace"}
    options = {**defaults, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([str(part) for part in command], **options)


def spawn(command, **options):
    """Start ``command`` as a child that :func:`stop_all` will stop."""
    command = [str(part) for part in command]
    options = {"preexec_fn": die_with_parent, "start_new_session": True, **options}
    child = subprocess.Popen(command, **options)
    with _lock:
        _running.add(child)
    return child


def foreground(command, env):
    """Run an interactive ``command``; Ctrl-C is its business, not ours.

    :return: its exit code
    """
    child = spawn(command, env=env, start_new_session=False)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def stop(child, patience=20):
    """Terminate ``child``, kill it after ``patience`` seconds."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    with _lock:
        _running.discard(child)


def stop_all():
    """Stop every child that still runs; called when a command ends early."""
    with _lock:
        children = list(_running)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        stop(child)
