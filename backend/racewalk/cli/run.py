"""`racewalk run`: one schedule, as a trace with a column per actor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from racewalk.cli.arguments import Target, VariantOption, WithoutOption
from racewalk.cli.input import build_target, read_target, run_command, wrong
from racewalk.cli.lights import lights_of
from racewalk.cli.stats import KindOption, kind_of
from racewalk.cli.width import terminal_width
from racewalk.explain.chances import ahead
from racewalk.explain.trace import trace
from racewalk.explore.light import Light
from racewalk.lang.render import printable
from racewalk.model import Move
from racewalk.scenario.built import Built
from racewalk.scenario.question import finding_asked
from racewalk.scenario.run_export import Run, as_data
from racewalk.scenario.scene import report_of
from racewalk.scenario.standing import offered, possible, waiting
from racewalk.session.history import History, Node
from racewalk.session.replay import Stop, drain, replay
from racewalk.session.schedule import ScheduleError, parse_schedule

NOT_FOLLOWED = 1

Lights = Mapping[Move, Light] | str  # or why there are none


def run(
    target: Target,
    schedule: Annotated[
        str, typer.Option("--schedule", "-s", metavar="TEXT", help="As `check` prints it: 1.a5b14a2. None: the start.")
    ] = "",
    variant: VariantOption = None,
    without: WithoutOption = None,
    lights: Annotated[
        bool, typer.Option("--lights", help="Also say what each possible move leads to: can it still go wrong?")
    ] = False,
    kind: KindOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Replay a schedule and print what happens, one column per actor, and who can go then.

    Exit status 0: followed to its end. 1: it could not be, and why. 2: the input is wrong.
    """
    if kind is not None and not lights:
        wrong("--kind says what the lights are about", "add --lights, or leave it out")
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant, without=without)
    try:
        entries = parse_schedule(schedule)
    except ScheduleError as error:
        wrong(str(error))
    history = History(built.model)
    _, stop = drain(replay(history, entries))
    path = history.cursor.path()
    wanted = (kind_of(built, kind) or finding_asked(built)) if lights else None
    seen: Lights = lights_of(built.model, history.cursor.state, wanted) if lights else {}
    if as_json:
        told = _as_json(built, history, stop)
        if lights:
            told["lights"] = None if isinstance(seen, str) else _lights_as_json(built, seen)
        print(json.dumps(told))
    else:
        _show(built, path)
        print()
        for line in _standing(target, built, history, stop, seen, wanted):
            print(printable(line))
    if stop is not None:
        raise typer.Exit(NOT_FOLLOWED)


def _show(built: Built, path: list[Node]) -> None:
    print(printable(built.title))
    if path:
        print()
        print(trace(built.model.actors, path, terminal_width(200)))
    for node in path:
        for finding in node.findings:
            print()
            for line in report_of(built.model, node, finding).splitlines():
                print(printable(line))


def _standing(
    target: str, built: Built, history: History, stop: Stop | None, seen: Lights, kind: str | None
) -> Iterator[str]:
    """Where the run has come to, and how it could go on."""
    model, node = built.model, history.cursor
    if stop is not None:
        yield f"Stopped before step {stop.at}: {stop.message}."
    elif node.fatal or model.is_final(node.state):
        kinds = dict.fromkeys(f.kind for step in (history.root, *node.path()) for f in step.findings if not f.warning)
        yield f"The run has ended; found: {', '.join(kinds)}." if kinds else "The run has ended; nothing was found."
        return
    else:
        yield "The run is at its start." if node is history.root else "The run is not at its end."
    moves = offered(model, history, node)
    for move, sentence in moves:
        light = None if isinstance(seen, str) else seen.get(move)
        yield f"  {_entry(built, move):<5} {sentence}{'' if light is None else f'; {ahead(light, kind)}'}."
    for sentence in waiting(model, history, node):
        yield f"        {sentence}."
    if isinstance(seen, str):
        yield seen
    if moves:
        further = (history.schedule(node) if node.move is not None else "1.") + _entry(built, moves[0][0])
        yield "To go on, append one of these to the schedule, for example:"
        yield run_command(target, built, further)


def _entry(built: Built, move: Move) -> str:
    """One step as a schedule text has it."""
    letter = built.model.actors[move.actor].letter
    return f"{letter}1" if move.choice is None else f"{letter}-{move.choice}"


def _as_json(built: Built, history: History, stop: Stop | None) -> dict[str, Any]:
    return {
        **as_data(Run(built, history, shipped=False)),
        "stopped": None
        if stop is None
        else {
            "at": stop.at,
            "cause": stop.cause,
            "message": stop.message,
            "possible": list(possible(built.model, history, stop.node)),
        },
    }


def _lights_as_json(built: Built, seen: Mapping[Move, Light]) -> dict[str, str]:
    return {_entry(built, move): light.name.lower().replace("_", "-") for move, light in seen.items()}
