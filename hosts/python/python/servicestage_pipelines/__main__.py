"""The command-line tool `servicestage`, which the extension contains."""

from __future__ import annotations

import signal
import sys

from . import _native


def main() -> int:
    """Runs the tool with the arguments of this process and returns its exit code."""
    # As in any program: ctrl-C ends it, unless its parent ignores ctrl-C. SIGPIPE stays ignored, as in the executable:
    # a server that closes its connection would otherwise end the tool without a word.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.tool(["servicestage", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
