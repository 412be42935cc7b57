"""How wide the terminal is that reads along."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from racewalk.explain.wrap import wrapped

WIDEST_PROSE = 100  # longer lines are hard to read
NARROWEST = 40


def terminal_width(most: int = WIDEST_PROSE) -> int:
    """Its columns, within what can be read; 100 where a file or a pipe takes what is printed."""
    if not in_terminal():
        return 100
    import shutil  # slow to import

    return min(max(shutil.get_terminal_size((100, 24)).columns, NARROWEST), most)


def in_terminal() -> bool:
    """A person reads along; what goes to a file or a pipe is not broken into lines."""
    return sys.stdout.isatty()


def say_what_is_wider(told: str) -> None:
    """Beside the output, in one line: what a reader at a terminal would see in a wider one."""
    if in_terminal():
        print(f"note: {told}", file=sys.stderr)


def longest_word(lines: Iterable[str]) -> int:
    return max((len(word) for line in lines for word in line.split()), default=0)


def say_what_was_broken(lines: Iterable[str]) -> None:
    """Names that no line of this terminal could hold: `fitted` has broken them."""
    needed = longest_word(lines)
    if needed > terminal_width() and needed <= WIDEST_PROSE:
        say_what_is_wider(f"names are broken across lines here; a terminal of {needed} columns shows them whole")


def fitted(line: str, indent: str = "") -> list[str]:
    """A line as it is where it fits, with its columns; else in lines that do."""
    return [line] if len(line) <= terminal_width() else wrapped(line, terminal_width(), indent)
