"""The command line: one module for each subcommand.

Exit status: 0 all well, 1 something was found that should not be or nobody reads on (`| head`), 2 the input is
wrong, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """The `racewalk` command. What reads the other commands' arguments takes longer to load than most checks take."""
    if sys.argv[1:2] == ["check"]:
        gc.set_threshold(100_000)  # compiling makes many objects and little garbage
        from racewalk.cli.check import check

        try:
            status = check(sys.argv[2:])
            sys.stdout.flush()
        except BrokenPipeError:  # of `| head`; Python would complain once more when it flushes at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 1
        gc.freeze()  # nothing is worth collecting any more; without this the end takes a tenth of the time
        sys.exit(status)
    from racewalk.cli.app import app

    app()
