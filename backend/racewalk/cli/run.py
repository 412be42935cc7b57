"""`racewalk run`: one schedule, as a trace with a column per actor."""

from __future__ import annotations

import json
import shutil
import sys
from typing import Annotated, Any

import typer

from racewalk.cli.input import Target, VariantOption, build_target, read_target, wrong
from racewalk.explain.trace import trace
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.scenario.scene import report_of
from racewalk.scenario.standing import possible
from racewalk.session.history import History, Node
from racewalk.session.replay import Stop, drain, replay
from racewalk.session.schedule import ScheduleError, parse_schedule

NOT_FOLLOWED = 1


def run(
    target: Target,
    schedule: Annotated[str, typer.Option("--schedule", "-s", metavar="TEXT", help="As `check` prints it: 1.a5b14a2")],
    variant: VariantOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Replay a schedule and print what happens, one column per actor.

    Exit status 0: followed to its end. 1: it could not be, and why. 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    try:
        entries = parse_schedule(schedule)
    except ScheduleError as error:
        wrong(str(error))
    history = History(built.model)
    _, stop = drain(replay(history, entries))
    path = history.cursor.path()
    if as_json:
        print(json.dumps(_as_json(built, history, path, stop)))
    else:
        _show(built, history, path, stop)
    if stop is not None:
        raise typer.Exit(NOT_FOLLOWED)


def _show(built: Built, history: History, path: list[Node], stop: Stop | None) -> None:
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    print(printable(f"{built.name} {built.variant.id}"))
    print()
    print(trace(built.model.actors, path, min(max(width, 40), 200)))
    for node in path:
        for finding in node.findings:
            print()
            for line in report_of(built.model, node, finding).splitlines():
                print(printable(line))
    if stop is not None:
        print()
        print(printable(f"Stopped before step {stop.at}: {stop.message}."))
        for sentence in possible(built.model, history, stop.node):
            print(printable(f"  {sentence}."))


def _as_json(built: Built, history: History, path: list[Node], stop: Stop | None) -> dict[str, Any]:
    return {
        "scenario": built.name,
        "variant": built.variant.id,
        "schedule": history.schedule(history.cursor),
        "steps": [_step(built, node) for node in path],
        "stopped": None
        if stop is None
        else {
            "at": stop.at,
            "cause": stop.cause,
            "message": stop.message,
            "possible": list(possible(built.model, history, stop.node)),
        },
    }


def _step(built: Built, node: Node) -> dict[str, Any]:
    assert node.move is not None
    assert node.event is not None
    return {
        "number": node.number,
        "actor": built.model.actors[node.move.actor].letter,
        "choice": node.move.choice,
        "step": node.step,
        "label": node.event.label,
        "words": node.event.words,
        "switch": node.switch is not None,
        "preemption": node.switch is not None and node.switch.preemption,
        "covers": list(node.covers),
        "findings": [
            {
                "kind": finding.kind,
                "fatal": finding.fatal,
                "warning": finding.warning,
                "message": finding.message,
                "report": report_of(built.model, node, finding),
            }
            for finding in node.findings
        ],
    }
