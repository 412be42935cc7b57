"""`racewalk minimise`: a shorter schedule with the same finding."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from racewalk.amount import count
from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, run_command, wrong
from racewalk.cli.stats import KindOption, kind_of
from racewalk.explore.minimise import By, Cost, Effort, Minimised, NotFailing, minimise
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.session.history import History
from racewalk.session.replay import drain, replay
from racewalk.session.schedule import ScheduleError, parse_schedule
from racewalk.session.summary import schedule_of

NOTHING_TO_KEEP = 1


def minimise_schedule(
    target: Target,
    schedule: Annotated[
        str, typer.Option("--schedule", "-s", metavar="TEXT", help="One that has the finding, as `run` takes it.")
    ],
    variant: VariantOption = None,
    by: Annotated[By, typer.Option("--by", help="What there is to be less of; switches: preemptions first.")] = "steps",
    kind: KindOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Stop trying after so many seconds.")] = 10.0,
) -> None:
    """Make a schedule shorter, in steps or in switches, and keep its finding.

    Exit status 0: here it is. 1: the schedule has no finding, or cannot be followed. 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    wanted = kind_of(built, kind)
    try:
        entries = parse_schedule(schedule)
    except ScheduleError as error:
        wrong(str(error))
    history = History(built.model)
    nodes, stop = drain(replay(history, entries))
    met = {finding.kind for node in (history.root, *nodes) for finding in node.findings}
    if wanted is None and built.variant.asks in met:
        wanted = built.variant.asks
    if stop is not None and (wanted not in met if wanted is not None else not met):
        print(printable(f"The schedule stops before step {stop.at}: {stop.message}."))
        raise typer.Exit(NOTHING_TO_KEEP)
    moves = [node.move for node in nodes if node.move is not None]
    try:
        told = minimise(built.model, moves, wanted, by, Effort(seconds=max_seconds))
    except NotFailing as error:
        print(printable(f"{str(error)[0].upper()}{str(error)[1:]}."))
        raise typer.Exit(NOTHING_TO_KEEP) from None
    text = schedule_of(built.model, told.schedule)
    if as_json:
        print(json.dumps(_as_json(built, told, by, text)))
    else:
        _show(target, built, told, by, text)


def _show(target: str, built: Built, told: Minimised, by: By, text: str) -> None:
    finding = told.finding
    what = "fewest steps" if by == "steps" else "fewest preemptions, then switches, then steps"
    result = (
        f"These are the {what} there can be"
        if told.minimum
        else f"No schedule with fewer was found in {count(told.tried, 'try', 'tries')}"
    )
    ended = f", ended by its bound of {told.bound}" if told.bound and not told.minimum else ""
    for line in (
        f"{built.title}: {finding.kind}: {finding.message}",
        f"Given:  {_cost(told.before)}.",
        f"Now:    {_cost(told.after)}.",
        f"{result}{ended}.",
        text,
        run_command(target, built, text),
    ):
        print(printable(line))


def _cost(cost: Cost) -> str:
    parts = [
        count(cost.steps, "step"),
        count(cost.switches, "switch", "switches"),
        count(cost.preemptions, "preemption"),
    ]
    return ", ".join(parts)


def _as_json(built: Built, told: Minimised, by: By, text: str) -> dict[str, object]:
    return {
        "scenario": built.name,
        "variant": built.variant.id,
        "kind": told.finding.kind,
        "message": told.finding.message,
        "by": by,
        "schedule": text,
        "before": told.before._asdict(),
        "after": told.after._asdict(),
        "minimum": told.minimum,
        "tried": told.tried,
        "bound": told.bound,
    }
