"""A run as kernel developers draw one in a commit message: a column per CPU, calls by indentation, time running down.

    CPU0 (khugepaged)                   CPU1 (uffd monitor)
    -----------------                   -------------------
    retract_page_tables()
      READ_ONCE(vma->anon_vma)  = NULL
      [preempted]
                                        mfill_atomic_copy()
                                          mmap_read_lock(mm)

A `Diagram` has no layout yet: `commit_text` sets it in characters, `racewalk.explain.picture` in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.report import headline
from racewalk.explain.wrap import cut, wrapped
from racewalk.lang.render import printable
from racewalk.model import ActorInfo
from racewalk.program.program import Step
from racewalk.session.history import Node

COMMIT_WIDTH = 72
"""Characters of a line in a commit message."""

GAP = 2
WIDEST = 3  # columns side by side; more stand below each other
VALUE_CHARS = 16  # what was read is told where it is short

LineKind = Literal["call", "step", "mark", "finding", "warning"]


class Line(NamedTuple):
    """One line of a column; a finding of no actor, as what `finally` says, has none."""

    column: int | None
    depth: int
    """How many calls it is in."""
    kind: LineKind
    text: str
    step: int | None = None
    """Number of the step; of a call, a mark or a finding that of the step it belongs to."""


class Column(NamedTuple):
    actor: int
    title: str
    """ "CPU0 (khugepaged)"."""


@dataclass(frozen=True, slots=True)
class Diagram:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


class _Call(NamedTuple):
    """A call that a step is in: the function, and where it was called."""

    function: str
    file: str
    start: int


def diagram_of(model: ScenarioModel, path: Sequence[Node]) -> Diagram:
    """Of a path of a history (see `Node.path`), with a column for each actor that moves."""
    moving = sorted({node.move.actor for node in path if node.move is not None})
    columns = tuple(Column(actor, _title(model.actors[actor])) for actor in moving)
    return Diagram(columns, tuple(_lines(model, path, moving)))


def _title(info: ActorInfo) -> str:
    number = info.title.replace("CPU ", "CPU")
    return printable(number if info.kind == "rcu" or info.name == number else f"{number} ({info.name})")


def _lines(model: ScenarioModel, path: Sequence[Node], moving: list[int]) -> Iterator[Line]:
    open_calls: dict[int, list[_Call]] = {actor: [] for actor in moving}
    before: int | None = None
    for node in path:
        assert node.move is not None
        assert node.step is not None
        actor = node.move.actor
        column = moving.index(actor)
        if node.switch is not None and before is not None and (mark := _mark(model, node, before)):
            yield Line(moving.index(before), len(open_calls[before]), "mark", mark, node.number)
        before = actor
        step = model.program.actors[actor].steps[node.step]
        calls = _calls(step)
        known = _shared(open_calls[actor], calls)
        for depth in range(known, len(calls)):
            yield Line(column, depth, "call", printable(f"{calls[depth].function}()"), node.number)
        open_calls[actor] = calls
        yield Line(column, len(calls), "step", _step_text(step, node), node.number)
        for finding in node.findings:
            where = None if finding.actor is None else column
            for text in headline(finding):
                yield Line(where, 0, "warning" if finding.warning else "finding", printable(text), node.number)


def _calls(step: Step) -> list[_Call]:
    """Outermost first, without the actor's own text."""
    functions = [*(caller.function for caller in step.stack[1:]), step.function] if step.stack else []
    places = [caller.span for caller in step.stack]
    return [_Call(name, span.file.path, span.start) for name, span in zip(functions, places, strict=True)]


def _shared(before: Sequence[_Call], after: Sequence[_Call]) -> int:
    """How many calls, from the outermost one, are still the same."""
    for depth, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return depth
    return min(len(before), len(after))


def _step_text(step: Step, node: Node) -> str:
    text = step.text
    if node.move is not None and node.move.choice is not None:
        text += f" [choice {node.move.choice}]"
    elif step.kind == "load" and node.event is not None and node.event.words.startswith("read "):
        value = node.event.words.rpartition(": ")[2]
        if len(value) <= VALUE_CHARS:
            text += f" = {value}"
    return printable(text)


def _mark(model: ScenarioModel, node: Node, before: int) -> str | None:
    """What is said in the column of the actor that does not go on."""
    assert node.switch is not None
    if node.switch.preemption:
        return "[preempted]"
    title = model.actors[before].title
    reason = node.switch.reason.removeprefix(title).lstrip(": ")
    return printable(f"[{reason}]") if reason.startswith("waits ") else None


# -- in characters -----------------------------------------------------------------------------


def commit_text(diagram: Diagram, width: int = COMMIT_WIDTH) -> str:
    """At most `width` characters a line, without blanks at their ends."""
    if not diagram.columns:
        return "(no step)\n"
    side_by_side = len(diagram.columns) <= WIDEST
    rows = _beside(diagram, width) if side_by_side else _below(diagram, width)
    return "".join(f"{row.rstrip()}\n" for row in rows)


def _beside(diagram: Diagram, width: int) -> Iterator[str]:
    count = len(diagram.columns)
    column = (width - GAP * (count - 1)) // count
    indent = "  " if count < WIDEST else " "
    titles = [cut(one.title, column) for one in diagram.columns]
    yield "".join(f"{title:<{column + GAP}}" for title in titles)
    yield "".join(f"{'-' * len(title):<{column + GAP}}" for title in titles)
    for line in diagram.lines:
        if line.kind in ("finding", "warning"):
            yield from _finding(line, width)
            continue
        assert line.column is not None
        for row in wrapped(indent * line.depth + line.text, column, indent * (line.depth + 2)):
            yield " " * (line.column * (column + GAP)) + row


def _below(diagram: Diagram, width: int) -> Iterator[str]:
    current: int | None = None
    for line in diagram.lines:
        if line.kind in ("finding", "warning"):
            yield from _finding(line, width)
            continue
        if line.column != current and line.kind != "mark":
            assert line.column is not None
            if current is not None:
                yield ""
            current = line.column
            yield cut(f"{diagram.columns[current].title}:", width)
        yield from wrapped("  " * (line.depth + 1) + line.text, width, "  " * (line.depth + 3))


def _finding(line: Line, width: int) -> Iterator[str]:
    mark = "***" if line.kind == "finding" else " ? "
    yield from wrapped(f"{mark} {line.text}", width, "    ")
