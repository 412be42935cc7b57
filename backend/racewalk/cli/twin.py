"""`racewalk twin`: the run that goes along with a schedule for as long as can be, and turns out the other way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Annotated, Any, NamedTuple

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, run_command, show_warnings, wrong
from racewalk.cli.stats import KindOption, kind_of
from racewalk.cli.width import fitted, in_terminal, say_what_is_wider, terminal_width
from racewalk.explain.wrap import cut
from racewalk.explore.bounds import Bounds
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.scenario.question import WrongQuestion, finding_asked
from racewalk.scenario.twin import twin_report

TWO_COLUMNS = 70  # characters that they take; in a narrower terminal one stands below the other
WIDEST_TABLE = 200
GAP = 2
NO_TWIN = 1


def twin(
    target: Target,
    schedule: Annotated[
        str, typer.Option("--schedule", "-s", metavar="TEXT", help="Failing or passing; none: the shortest failing.")
    ] = "",
    variant: VariantOption = None,
    kind: KindOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="Of the graph, which must fit.")] = 200_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Of each search.")] = 30.0,
) -> None:
    """Show the passing run that is nearest to a failing one, or the failing one that is nearest to a passing one.

    Exit status 0: here it is. 1: there is none. 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    wanted = kind_of(built, kind) or finding_asked(built)
    show_warnings([built])
    try:
        told = twin_report(built, wanted, schedule, Bounds(max_states, max_seconds, 4 << 30))
    except WrongQuestion as error:
        wrong(str(error), error.hint)
    if as_json:
        print(json.dumps(told))
    else:
        table = _table(told)
        for line in _told(target, built, told, table):
            print(printable(line))
        if table.wider is not None:
            say_what_is_wider(table.wider)
    if told["shared"] is None:
        raise typer.Exit(NO_TWIN)


def _told(target: str, built: Built, told: dict[str, Any], table: Table) -> Iterator[str]:
    yield from fitted(f"{built.title}: what would have had to go otherwise?")
    yield ""
    for sentence in told["sentences"]:
        yield from fitted(sentence)
    if told["shared"] is None:
        return
    yield ""
    yield from table.lines
    yield ""
    for side in ("failing", "passing"):
        yield f"{side}: {run_command(target, built, told[side]['schedule'])}"


class Table(NamedTuple):
    lines: Sequence[str]
    wider: str | None
    """What a wider terminal would show, where this one does not."""


def _table(told: dict[str, Any]) -> Table:
    """Both runs from where they part; "=" marks steps that the other makes, too."""
    shared = told["shared"]
    if shared is None:
        return Table((), None)
    failing, passing = ([_cell(row) for row in told[side]["moves"][shared:]] for side in ("failing", "passing"))
    length = max(len(failing), min(len(passing), len(failing) + told["edits"] + 4))
    if len(passing) > length:
        passing = [*passing[:length], f" ... and {len(passing) - length:,} more"]
    if terminal_width() < TWO_COLUMNS:
        return Table(
            ["failing", *_indented(failing), "passing", *_indented(passing)],
            f"the runs stand below each other here, and side by side in a terminal of {TWO_COLUMNS} columns",
        )
    longest = max(map(len, [*failing, *passing, "failing"]))
    width = min(longest, (terminal_width(WIDEST_TABLE) - GAP) // 2) if in_terminal() else longest
    rows = [("failing", "passing"), ("-" * width, "-" * width), *zip_longest(failing, passing, fillvalue="")]
    lines = [f"{cut(left, width):<{width + GAP}}{cut(right, width)}".rstrip() for left, right in rows]
    if longest == width:
        return Table(lines, None)
    needed = 2 * longest + GAP
    shows = f"{needed} columns shows them whole" if needed <= WIDEST_TABLE else f"{WIDEST_TABLE} columns shows more"
    return Table(lines, f"some steps are cut short here; a terminal of {shows}")


def _indented(cells: Sequence[str]) -> list[str]:
    return [line for cell in cells for line in fitted(cell, " " * 8)]


def _cell(row: dict[str, Any]) -> str:
    mark = " " if row["twin"] is None else "="
    return f"{row['number']:>3} {mark} {row['actor']} {row['label']}"
