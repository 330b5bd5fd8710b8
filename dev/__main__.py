"""The command line: ``python3 -m dev VERB``."""

import argparse
import signal
import sys

from . import commands, paths, process
from .errors import DevError


def main(arguments):
    """Run one verb; return the exit code.

    2 means the user has to do something first; one sentence says what.
    """
    for number in (signal.SIGTERM, signal.SIGINT):  # SIGINT is off after a shell's "&"
        signal.signal(number, _interrupt)
    try:
        return _dispatch(arguments) or 0
    except DevError as error:
        _explain(error)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        process.stop_all()


def parser():
    """Return the parser; the verbs and their help come from ``commands``."""
    root = argparse.ArgumentParser(
        prog="python3 -m dev", description="Run, test and measure the add-on."
    )
    verbs = root.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, command in commands.VERBS.items():
        added = verbs.add_parser(verb, help=command.help, description=command.help)
        for names, options in command.arguments:
            added.add_argument(*names, **options)
    return root


def _dispatch(arguments):
    verb = arguments[0] if arguments else ""
    if verb in commands.PASS_THROUGH and arguments[1:] != ["--help"]:
        return commands.VERBS[verb].call(argparse.Namespace(rest=arguments[1:]))
    options = parser().parse_args(arguments)
    return commands.VERBS[options.verb].call(options)


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def _explain(error):
    more = ""
    if error.detail:
        try:
            log = paths.logs() / "error.log"
            log.write_text(error.detail + "\n")
            more = f" (details: {log})"
        except OSError:  # the state folder itself may be the problem
            more = ""
    sys.stdout.flush()
    print(f"error: {error}{more}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
