"""`racewalk twin`: the run that goes along with a schedule for as long as can be, and turns out the other way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, run_command, show_warnings, wrong
from racewalk.cli.stats import KindOption, kind_of
from racewalk.cli.width import fitted, terminal_width
from racewalk.explain.wrap import cut
from racewalk.explore.bounds import Bounds
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.scenario.question import WrongQuestion, finding_asked
from racewalk.scenario.twin import twin_report

TWO_COLUMNS = 70  # characters that they take; in a narrower terminal one stands below the other
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
        for line in _told(target, built, told):
            print(printable(line))
    if told["shared"] is None:
        raise typer.Exit(NO_TWIN)


def _told(target: str, built: Built, told: dict[str, Any]) -> Iterator[str]:
    yield from fitted(f"{built.title}: what would have had to go otherwise?")
    yield ""
    for sentence in told["sentences"]:
        yield from fitted(sentence)
    if told["shared"] is None:
        return
    yield ""
    yield from _table(told)
    yield ""
    for side in ("failing", "passing"):
        yield f"{side}: {run_command(target, built, told[side]['schedule'])}"


def _table(told: dict[str, Any]) -> Iterator[str]:
    """Both runs from where they part; "=" marks steps that the other makes, too."""
    shared = told["shared"]
    columns = [[_cell(row) for row in told[side]["moves"][shared:]] for side in ("failing", "passing")]
    length = max(len(columns[0]), min(len(columns[1]), len(columns[0]) + told["edits"] + 4))
    hidden = len(columns[1]) - length
    more = [f"... and {hidden:,} more"] if hidden > 0 else []
    if terminal_width() < TWO_COLUMNS:
        for title, rows in zip(("failing", "passing"), (columns[0], columns[1][:length] + more), strict=True):
            yield title
            for row in rows:
                yield from fitted(row, " " * 8)
        return
    width = terminal_width() // 2 - 2
    yield f"{'failing':<{width}}  passing"
    yield f"{'-' * width}  {'-' * width}"
    for number in range(length):
        left, right = (cut(column[number], width) if number < len(column) else "" for column in columns)
        yield f"{left:<{width}}  {right}".rstrip()
    for line in more:
        yield f"{'':<{width}}  {line}"


def _cell(row: dict[str, Any]) -> str:
    mark = " " if row["twin"] is None else "="
    return f"{row['number']:>3} {mark} {row['actor']} {row['label']}"
