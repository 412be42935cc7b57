"""`racewalk check`: all schedules of a scenario's variants, and whether the verdicts are those expected."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.cli.input import Targets, build_target, library, read_target, run_command, show_warnings
from racewalk.explain.verdict import memory, statement
from racewalk.explore.bounds import Bounds, Progress, Report
from racewalk.lang.render import printable
from racewalk.scenario.build import header_of
from racewalk.scenario.built import Built
from racewalk.scenario.judge import Judgement, judge
from racewalk.scenario.report import report, run_of

NOT_AS_EXPECTED = 1


def check(
    targets: Targets,
    variant: Annotated[
        list[str] | None, typer.Option("--variant", "-V", metavar="NAME", help="Only this one; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per variant, one line each.")] = False,
    cut_fuses: Annotated[
        bool, typer.Option("--cut-fuses", help="Also search with every fuse taken apart; the verdicts must agree.")
    ] = False,
    max_states: Annotated[int, typer.Option(min=1, help="Give up after so many states.")] = 5_000_000,
    max_seconds: Annotated[float, typer.Option(min=0, help="Give up after so many seconds per variant.")] = 600.0,
) -> None:
    """Search all schedules and compare what is found with what the file expects.

    Exit status 0: as the file expects, or nothing found where it expects nothing. 1: otherwise. 2: the input is wrong.
    """
    scenarios = [(target, _variants(target, variant)) for target in targets]
    show_warnings(one for _, built in scenarios for one in built)
    bounds = Bounds(states=max_states, seconds=max_seconds, memory_bytes=8 << 30)
    fine = True
    for target, built in scenarios:
        judgements: list[Judgement] = []
        for one in built:
            with _progress(f"{one.name} {one.variant.id}") as progress:
                judgement = judge(one, bounds, progress, cut_fuses_with=library() if cut_fuses else None)
            judgements.append(judgement)
            fine = fine and judgement.as_expected
            if as_json:
                print(json.dumps(report(judgement)), flush=True)
        if not as_json:
            _show(target, judgements)
    if not as_json:
        print(memory(ScenarioModel.memory_model))
    if not fine:
        raise typer.Exit(NOT_AS_EXPECTED)


def _variants(target: str, wanted: list[str] | None) -> list[Built]:
    """The named variants of a scenario, or all."""
    name, bundle = read_target(target)
    names: list[str | None] = [*(wanted or header_of(bundle).variants)]
    return [build_target(name, bundle, one) for one in names]


@contextmanager
def _progress(what: str) -> Iterator[Report]:
    """A line on the terminal while a search goes on; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console  # slow to import, and seldom needed
    from rich.text import Text

    with Console(stderr=True).status(Text(printable(what))) as status:

        def tell(progress: Progress) -> None:
            said = f"{what}: {progress.states:,} states, {progress.frontier:,} to expand, depth {progress.depth}"
            status.update(Text(printable(f"{said}, {progress.elapsed_s:.0f} s")))

        yield tell


# -- for people ------------------------------------------------------------------------------------

HEADINGS = ("variant", "verdict", "steps", "states", "seconds", "as expected")
NUMBERS = ("steps", "states", "seconds")


def _show(target: str, judgements: list[Judgement]) -> None:
    first = judgements[0].built
    for line in [f"{first.name}: {first.header.title or first.name}", "", *_table(judgements)]:
        print(printable(line))
    for judgement in judgements:
        for line in _details(target, judgement):
            print(printable(line))
    print()


def _table(judgements: list[Judgement]) -> Iterator[str]:
    """One line per variant, the columns aligned."""
    rows = [HEADINGS, *map(_row, judgements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = [
            f"{cell:>{width}}" if heading in NUMBERS else f"{cell:<{width}}"
            for cell, width, heading in zip(row, widths, HEADINGS, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _row(judgement: Judgement) -> tuple[str, ...]:
    result = judgement.result
    found = result.get(judgement.headline) if judgement.headline else next(iter(result.found), None)
    return (
        judgement.built.variant.id,
        f"{judgement.verdict}{'' if result.exhaustive else ' (bounded)'}",
        "" if found is None else str(len(found.schedule)),
        f"{result.states:,}",
        f"{result.elapsed_s:.2f}",
        "yes" if judgement.as_expected else "NO",
    )


def _details(target: str, judgement: Judgement) -> Iterator[str]:
    built, result = judgement.built, judgement.result
    kind = judgement.headline or (result.found[0].kind if result.found else "any finding")
    yield ""
    yield f"{built.variant.id}: {built.variant.summary}".rstrip(": ")
    yield statement(result, kind, built.variant.id, judgement.vacuous)
    for found in result.found:
        mark = "warning" if found.finding.warning else found.verdict
        history, end = run_of(judgement, found)
        yield f"  {found.kind} ({mark}, {_steps(end.number)}): {found.finding.message}"
        yield f"    {run_command(target, built.variant.id, history.schedule(end))}"
    if judgement.cut is not None:
        yield f"  With the fuses cut: {judgement.cut.states:,} states."
    for complaint in judgement.complaints:
        yield f"  NOT AS EXPECTED: {complaint}"


def _steps(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"
