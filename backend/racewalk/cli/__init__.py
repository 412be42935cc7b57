"""The command line: `racewalk check | run | steps | list | new | fuzz | serve`, one module each.

Exit status: 0 all well, 1 something was found that should not be, 2 the input is wrong, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The `racewalk` command. What reads the other commands' arguments takes longer to load than most checks take."""
    if sys.argv[1:2] == ["check"]:
        from racewalk.cli.check import check

        sys.exit(check(sys.argv[2:]))
    from racewalk.cli.app import app

    app()
