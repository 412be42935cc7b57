"""The command line: one module for each subcommand.

Exit status: 0 all well, 1 something was found that should not be or nobody reads on (`| head`), 2 the input is
wrong or the output cannot be written, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC

CANNOT_WRITE = (EBADF, EDQUOT, EFBIG, EIO, ENOSPC)
NOBODY_READS = 1
UNWRITABLE = 2
CANCELLED = 130


def main() -> None:
    """The `racewalk` command."""
    if sys.stdout is None:  # closed by the shell: `>&-`
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        status = _give_up(NOBODY_READS)
    except OSError as error:
        if error.errno not in CANNOT_WRITE:  # then it is a fault of ours, and the traceback says where
            raise
        print(f"error: the output cannot be written: {error.strerror or error}", file=sys.stderr)
        status = _give_up(UNWRITABLE)
    except KeyboardInterrupt:  # before a command has begun, or in one that has nothing to tell then
        status = CANCELLED
    gc.freeze()  # nothing is worth collecting any more; without this the end takes a tenth of the time
    sys.exit(status)


def _run() -> int:
    """The exit status. What reads the other commands' arguments takes longer to load than most checks take."""
    if sys.argv[1:2] == ["check"]:
        gc.set_threshold(100_000)  # compiling makes many objects and little garbage
        from racewalk.cli.check import check

        return check(sys.argv[2:])
    from racewalk.cli.app import app

    try:
        app()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    return 0


def _give_up(status: int) -> int:
    """Python would complain once more when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
