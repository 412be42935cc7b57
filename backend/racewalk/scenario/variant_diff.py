"""Two variants side by side: their text, part by part, and the steps of runs that execute what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from racewalk.lang.source import Span
from racewalk.scenario.built import Built
from racewalk.scenario.line_diff import Effort, Row, line_diff
from racewalk.scenario.run_diff import Followed
from racewalk.scenario.text_parts import Part, parts_that_run
from racewalk.session.history import Node

Executed = Mapping[tuple[str, int], list[int]]
"""Path of a file and line -> steps."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Rows that differ, one after the other; `first` and `end` are indices into the rows."""

    first: int
    end: int
    left: tuple[int, int] | None  # lines of the file, both included; None: only the other side has it
    right: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class PartDiff:
    left: Part | None
    right: Part | None
    rows: tuple[Row, ...]
    hunks: tuple[Hunk, ...]

    @property
    def part(self) -> Part:
        part = self.left or self.right
        assert part is not None
        return part


def text_diff(left: Built, right: Built) -> tuple[PartDiff, ...]:
    """Every part that one or both have, those of the left in their order first."""
    mine = {(part.kind, part.name): part for part in parts_that_run(left.model.program.checked.unit)}
    theirs = {(part.kind, part.name): part for part in parts_that_run(right.model.program.checked.unit)}
    effort = Effort()
    return tuple(_part_diff(mine.get(key), theirs.get(key), effort) for key in {**mine, **theirs})


def _part_diff(left: Part | None, right: Part | None, effort: Effort) -> PartDiff:
    rows = line_diff(left.lines if left else (), right.lines if right else (), effort)
    return PartDiff(left, right, rows, tuple(_hunks(left, right, rows)))


def _hunks(left: Part | None, right: Part | None, rows: Sequence[Row]) -> Iterator[Hunk]:
    begin: int | None = None
    for at in range(len(rows) + 1):
        differs = at < len(rows) and rows[at].how != "same"
        if differs and begin is None:
            begin = at
        elif not differs and begin is not None:
            inside = rows[begin:at]
            mine = [row.left for row in inside if row.left is not None]
            theirs = [row.right for row in inside if row.right is not None]
            yield Hunk(begin, at, _lines(left, mine), _lines(right, theirs))
            begin = None


def _lines(part: Part | None, rows: Sequence[int]) -> tuple[int, int] | None:
    if part is None or part.first is None or not rows:
        return None
    return part.first + rows[0], part.first + rows[-1]


def executed_lines(run: Followed) -> Executed:
    """The numbers of the steps of a run by the lines that they execute, or are called from."""
    lines: dict[tuple[str, int], list[int]] = {}
    for node in run.path:
        for span in _spans(run, node):
            for line in range(span.begin.line, span.finish.line + 1):
                lines.setdefault((span.file.path, line), []).append(node.number)
    return lines


def steps_in(executed: Executed, part: Part | None, lines: tuple[int, int] | None) -> list[int]:
    """Numbers of the steps that execute some lines of a part, or are called from there."""
    if part is None or part.path is None or lines is None:
        return []
    first, last = lines
    return sorted({number for line in range(first, last + 1) for number in executed.get((part.path, line), ())})


def _spans(run: Followed, node: Node) -> Iterator[Span]:
    assert node.move is not None
    assert node.step is not None
    step = run.built.model.program.actors[node.move.actor].steps[node.step]
    yield step.span
    yield from (caller.span for caller in step.stack)
