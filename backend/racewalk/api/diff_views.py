"""Two variants side by side, as a page is shown them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from racewalk.api.snapshot import Bundle, Wire


class DiffRun(Wire):
    name: str = Field(max_length=40)
    schedule: str


class DiffRequest(Wire):
    """Two variants of a scenario, and runs to follow in both. With `bundle` the text is the client's own."""

    scenario: str = Field(max_length=64)
    bundle: Bundle | None = None
    left: str = Field(max_length=64)
    right: str = Field(max_length=64)
    runs: list[DiffRun] = Field(default=[], max_length=2)


class DiffPiece(Wire):
    text: str
    marked: bool  # differs inside of its line


class DiffLine(Wire):
    line: int | None  # of its file
    pieces: list[DiffPiece]


class DiffRow(Wire):
    """A line of each side, or of one; a changed one is both."""

    how: Literal["same", "changed", "removed", "added"]
    left: DiffLine | None
    right: DiffLine | None


class StepNumbers(Wire):
    """Steps of a run that execute what differs, in either variant."""

    run: str
    left: list[int]
    right: list[int]


class DiffHunk(Wire):
    """Rows that differ, one after the other."""

    first: int  # index of the row
    end: int  # exclusive
    steps: list[StepNumbers]


class DiffPart(Wire):
    """A function, or something else that has a text of its own, of one or both variants."""

    kind: Literal["function", "actor", "constants", "type", "object", "property"]
    name: str
    left_file: str | None
    right_file: str | None
    rows: list[DiffRow]
    hunks: list[DiffHunk]


class RunComparison(Wire):
    """How a run goes in both variants."""

    name: str
    parts_at: int | None  # number of the first step that differs; None: none does
    left_steps: int  # how far it can be followed
    right_steps: int
    sentences: list[str]


class VariantDiff(Wire):
    """Parts that differ; of the others only how many there are."""

    left: str
    right: str
    parts: list[DiffPart]
    same: int
    runs: list[RunComparison]
