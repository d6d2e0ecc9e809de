"""The command ``adarga``."""

import signal
import sys

from ._adarga import main as run


def main() -> None:
    """Runs the program."""
    # it ends at Ctrl-C as any program: Python would only take a note and wait for it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(["adarga", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
