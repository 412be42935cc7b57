"""The text of a schedule: who moves, in what order, with checks that notice a changed model.

    1.a6KQb12XRc-2AA

`1.` is the version of the format. Then come runs: `a6` is six steps of actor a, `c-2` is one step
of actor c that takes choice 2 (counted from 0). Two capital letters after a run are a check of the
label that the actor stands at after it (see `label_check`), so that a replay on another text stops
where the two part. The empty text is the empty schedule.

    2.aKQRCABb12XRc-2AAa3

`2.` is what links hold: a check for every step, of the label of the step itself, so that a replay stops before
the first step that is another one. `aKQRCAB` is three steps of actor a, `c-2AA` one that takes choice 2; `b12XR` is
twelve of which only the last has a check, `a3` three without one. Texts of both versions decode for ever.

Only `[A-Za-z0-9._~-]` appears, so that a schedule can stand in the fragment of a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

MAX_TEXT = 64 * 1024
MAX_STEPS = 20_000
MAX_CHOICE = 0xFFFF

VERSION = "1."
LABELLED = "2."
FINISHED_CHECK = "ZZ"  # no label hashes to it


class Entry(NamedTuple):
    """One step of a schedule, with the checks that are given: `check` of the label its actor stands at afterwards,
    `own` of the label of the step itself."""

    letter: str
    choice: int | None = None
    check: str | None = None
    own: str | None = None


@dataclass
class ScheduleError(Exception):
    """A schedule text that does not read. `offset` counts its characters from 0."""

    message: str
    offset: int

    def __str__(self) -> str:
        return f"character {self.offset + 1} of the schedule: {self.message}"


def label_check(label: str | None) -> str:
    """Two capital letters for a step label; None, an actor that has finished or rests, has its own."""
    if label is None:
        return FINISHED_CHECK
    number = int.from_bytes(sha256(label.encode("utf-8", "surrogatepass")).digest()[:8], "big") % (26 * 26 - 1)
    return chr(ord("A") + number // 26) + chr(ord("A") + number % 26)


_RUN = re.compile(r"(?P<letter>[a-z])(?:-(?P<choice>[0-9]{1,9})|(?P<count>[1-9][0-9]{0,8}))(?P<check>[A-Z]{2})?")
_LABELLED_RUN = re.compile(rf"{_RUN.pattern}|(?P<each>[a-z])(?P<checks>(?:[A-Z]{{2}})+)")


def parse_schedule(text: str) -> tuple[Entry, ...]:
    """The steps that a text stands for. Raises ScheduleError."""
    if not text:
        return ()
    if len(text) > MAX_TEXT:
        raise ScheduleError(f"it has {len(text):,} characters; at most {MAX_TEXT:,} are read", MAX_TEXT)
    if not text.startswith((VERSION, LABELLED)):
        raise ScheduleError(f"a schedule begins with {VERSION!r}, the version of its format", 0)

    labelled = text.startswith(LABELLED)
    entries: list[Entry] = []
    offset = len(VERSION)
    while offset < len(text):
        match = (_LABELLED_RUN if labelled else _RUN).match(text, offset)
        if match is None:
            raise ScheduleError(_expected(text, offset), offset)
        count = int(match["count"] or 1)
        if match["choice"] is not None and int(match["choice"]) > MAX_CHOICE:
            raise ScheduleError(f"no step offers a choice {int(match['choice']):,}", offset)
        if len(entries) + count > MAX_STEPS:
            raise ScheduleError(f"it has more than {MAX_STEPS:,} steps", offset)
        entries.extend(_steps(match, count, labelled))
        offset = match.end()
    return tuple(entries)


def _steps(run: re.Match[str], count: int, labelled: bool) -> Iterator[Entry]:
    """The steps of a run, of which there are `count`, or as many as it has checks."""
    checks = run["checks"] if labelled else None
    if checks is not None:
        for at in range(0, len(checks), 2):
            yield Entry(run["each"], own=checks[at : at + 2])
        return
    letter, check = run["letter"], run["check"]
    choice = None if run["choice"] is None else int(run["choice"])
    yield from [Entry(letter, choice)] * (count - 1)
    yield Entry(letter, choice, own=check) if labelled else Entry(letter, choice, check)


def _expected(text: str, offset: int) -> str:
    """What is wrong with the run that begins at `offset`."""
    char = text[offset]
    if not char.isascii() or not char.islower():
        return f"expected the letter of an actor, a to z, not {char!r}"
    if text[offset + 1 : offset + 2] == "0":
        return "a run has at least one step, and its count no leading zero"
    return f"expected a number of steps, or '-' and a choice, after {char!r}"


def print_schedule(entries: Sequence[Entry]) -> str:
    """The text of a schedule. A run ends where the actor changes, a choice is taken or a check stands."""
    return VERSION + "".join(_runs(entries))


def one_check_per_run(entries: Sequence[Entry]) -> list[Entry]:
    """The same steps, of which each has a check, with only those that stand at the end of a run."""
    kept = []
    for index, entry in enumerate(entries):
        after = entries[index + 1] if index + 1 < len(entries) else None
        goes_on = after is not None and after.letter == entry.letter and after.choice is None and entry.choice is None
        kept.append(entry._replace(check=None) if goes_on else entry)
    return kept


def _runs(entries: Iterable[Entry]) -> Iterable[str]:
    letter, count = "", 0  # the run that is still open
    for entry in entries:
        if count and (entry.letter != letter or entry.choice is not None):
            yield f"{letter}{count}"
            count = 0
        letter = entry.letter
        if entry.choice is not None:
            yield f"{letter}-{entry.choice}{entry.check or ''}"
            continue
        count += 1
        if entry.check is not None:
            yield f"{letter}{count}{entry.check}"
            count = 0
    if count:
        yield f"{letter}{count}"
