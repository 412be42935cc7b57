"""The command line: `racewalk check | run | steps | list | new | fuzz | serve`, one module each.

Exit status: 0 all well, 1 something was found that should not be, 2 the input is wrong.
"""

from __future__ import annotations


def main() -> None:
    """The `racewalk` command."""
    from racewalk.cli.app import app  # not at import: the package is imported for its modules too

    app()
