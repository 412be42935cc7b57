"""`racewalk ablate`: leave out one lock, test or call at a time, and see what goes wrong."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Annotated, Any

import typer

from racewalk.amount import count
from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import library, read_target, show_diagnostics, show_warnings, wrong
from racewalk.explore.bounds import Bounds, Progress
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError, did_you_mean
from racewalk.lang.render import printable
from racewalk.scenario.ablate import Ablated, Baseline, ablate, baseline_of, chosen
from racewalk.scenario.analyses import ablated_json
from racewalk.scenario.build import UnknownOmission, UnknownVariant

CANCELLED = 130

WORDS = {"needed": "needed", "redundant": "redundant here", "unknown": "unknown", "not-run": "cannot be run"}
IDLE = "never reached here"
"""Without it nothing goes wrong, but the runs do not come any more where something could."""


def ablate_variant(
    target: Target,
    variant: VariantOption = None,
    functions: Annotated[
        list[str] | None, typer.Option("--function", "-f", metavar="NAME", help="Only what stands in it; repeatable.")
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--name", "-n", metavar="TEXT", help="Only this, as the table names it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each that is left out.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="Of each search.")] = 300_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Of each search.")] = 60.0,
) -> None:
    """Leave out each lock, test of shared memory, section, notifier call and barrier, alone, and search all schedules.

    What goes wrong then, and did not before, says why it stands there. Where nothing does it is redundant in this
    scenario; another may need it. Fuses are cut for it.

    Exit status 0: here is the table. 2: the input is wrong. 130: stopped by Ctrl-C.
    """
    name, bundle = read_target(target)
    bounds = Bounds(states=max_states, seconds=max_seconds)
    baseline, wanted = _asked(name, bundle, variant, functions or [], names or [], bounds)
    show_warnings([baseline.built])
    rows: list[Ablated] = []
    with _Line(len(wanted)) as line:
        try:
            for row in ablate(baseline, wanted, bounds, line):
                rows.append(row)
                if as_json:
                    line.clear()
                    print(json.dumps(ablated_json(baseline, row)), flush=True)
        except KeyboardInterrupt:
            line.clear()
            raise typer.Exit(CANCELLED) from None
    if not as_json:
        for text in _told(target, baseline, rows):
            print(printable(text))


def _asked(
    name: str, bundle: Bundle, variant: str | None, functions: list[str], names: list[str], bounds: Bounds
) -> tuple[Baseline, Sequence[Any]]:
    try:
        baseline = baseline_of(name, bundle, variant, library(), bounds)
        return baseline, chosen(baseline, functions, names)
    except CompileError as error:
        show_diagnostics(error)
    except UnknownVariant as error:
        wrong(str(error), did_you_mean(variant or "", error.known))
    except UnknownOmission as error:
        wrong(str(error), did_you_mean(error.name, error.known) or "the table without --function and --name has all")


def _told(target: str, baseline: Baseline, rows: Sequence[Ablated]) -> Iterator[str]:
    built = baseline.built
    yield f"{built.title}: what is needed here?"
    already = ", ".join(one.kind for one in baseline.result.found if not one.finding.warning)
    if already:
        yield f"As it stands it already has {already}; only what is new counts."
    if not rows:
        yield "It has nothing that could be left out."
        return
    yield ""
    order = list(WORDS)
    rows = sorted(rows, key=lambda row: order.index(row.outcome))  # as the page has it; among equals as in the text
    yield from _table(rows)
    yield ""
    for row in rows:
        if row.outcome == "needed":
            yield f"{row.candidate.name}"
            yield f"  without it {row.kind}: {row.message}"
            yield f"  racewalk run {quote(target)}{built.variant_option} {_left_out(row)}"
    counts = Counter(map(_word, rows))
    words = ", ".join(f"{counts[word]} {word}" for word in (*WORDS.values(), IDLE) if counts[word])
    yield f"{words}."
    if counts["redundant here"]:
        yield "Redundant here: without it nothing goes wrong in this scenario that did not before. Another may need it."
    if counts[IDLE]:
        yield "Never reached here: without it nothing goes wrong either, but no run meets any more what it should."


def _word(row: Ablated) -> str:
    return IDLE if row.outcome == "redundant" and row.unreached else WORDS[row.outcome]


def _left_out(row: Ablated) -> str:
    return f"--without {quote(row.candidate.name)} --schedule {quote(row.schedule)}"


def _table(rows: Sequence[Ablated]) -> Iterator[str]:
    lines = [("without", "", "", "finding", "steps", "states")]
    lines += [
        (
            row.candidate.name + (" (as if true)" if row.candidate.assumed else ""),
            row.candidate.kind,
            _word(row),
            row.kind or (row.message if row.outcome != "redundant" else _idle(row)),
            str(len(row.moves)) if row.moves else "",
            f"{row.states:,}" if row.states else "",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    for line in lines:
        left = [f"{cell:<{width}}" for cell, width in zip(line[:4], widths[:4], strict=True)]
        right = [f"{cell:>{width}}" for cell, width in zip(line[4:], widths[4:], strict=True)]
        yield "  ".join([*left, *right]).rstrip()


def _idle(row: Ablated) -> str:
    if not row.unreached:
        return ""
    more = f" and {len(row.unreached) - 1} more" if len(row.unreached) > 1 else ""
    return f"without it no run meets '{row.unreached[0]}'{more}"


class _Line:
    """How far it has come, on a terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._shown = total, sys.stderr.isatty()

    def __call__(self, number: int, progress: Progress) -> None:
        if self._shown:
            text = f"{number + 1} of {self._total}: {count(progress.states, 'state')}"
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()
