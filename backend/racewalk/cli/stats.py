"""`racewalk stats`: how many schedules have a finding, and how probable it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, show_warnings, wrong
from racewalk.explain.chances import chances, percent
from racewalk.explain.verdict import memory
from racewalk.explore.bounds import Bounds
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.scenario.chances import chances_report
from racewalk.scenario.question import WrongQuestion, finding_asked, finding_named

if TYPE_CHECKING:
    from racewalk.explore.statistics import Statistics

KindOption = Annotated[
    str | None,
    typer.Option("--kind", "-k", metavar="KIND", help="The kind of finding; else what the scenario asks, or any."),
]


def stats(
    target: Target,
    variant: VariantOption = None,
    kind: KindOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="With more states it is sampled.")] = 200_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="After so long it is sampled.")] = 30.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the random walks of a sample.")] = 0,
) -> None:
    """Tell how many schedules have a finding, how probable it is, and how many preemptions it takes.

    Exact where all states fit, else from random walks, with an interval. Exit status 0; 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    wanted = kind_of(built, kind) or finding_asked(built)
    show_warnings([built])
    from racewalk.explore.statistics import statistics_of  # with NumPy, slow to import

    bounds = Bounds(states=max_states, seconds=max_seconds, memory_bytes=4 << 30)
    told = statistics_of(built.model, wanted, bounds=bounds, seed=seed)
    if as_json:
        print(json.dumps(chances_report(built, told)))
        return
    print(printable(f"{built.title}: how many schedules have {wanted or 'a finding'}?"))
    for line in ("", *_table(told), "", *chances(told), memory(built.model.memory_model)):
        print(printable(line))


def kind_of(built: Built, kind: str | None) -> str | None:
    """The kind that was named; leaves with a message where the text has none of that name, or single runs have not."""
    try:
        return finding_named(built, kind)
    except WrongQuestion as error:
        wrong(str(error), error.hint)


def _table(told: Statistics) -> Iterator[str]:
    probability = told.probability
    interval = "" if probability.method == "exact" else f"{percent(probability.low)} to {percent(probability.high)}"
    rows = [
        ("schedules", "not counted" if told.schedules is None else f"{told.schedules:,}"),
        ("with the finding", "not counted" if told.having is None else f"{told.having:,}"),
        ("random scheduler", f"{percent(probability.value)} ({probability.method}{interval and f', {interval}'})"),
    ]
    if told.sample is None:
        fewest = told.fewest
        rows += [
            ("fewest preemptions", "-" if fewest is None else f"{fewest.preemptions:,}"),
            ("states", f"{told.states:,}"),
            ("transitions", f"{told.transitions:,}"),
        ]
    else:
        rows += [("random walks", f"{told.sample.walks:,}"), ("of them with it", f"{told.sample.having:,}")]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        yield f"  {name:<{width}}  {value}"
