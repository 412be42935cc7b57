"""The progress map of two actors of a variant as JSON: for a page that draws it as a chart.

scenario, variant, kind
actors     the two: {"letter", "title", "name", "positions": [as `step_json`, ...]}; the first has the columns, the
           second the rows. Behind the last position stands one more: it has finished.
codes      a text a row, a character a column; `legend` says what each means
flags      a list a row, a number a column: bits as in `racewalk.explore.progress_map.Cell`, named in `flag_names`
locks      {"actor", "lock", "mode", "first", "last", "always"}: positions first .. last in which the actor holds
           the lock (a cell; null for an RCU read section, interrupts or softirqs off), in every state or in some
crossings  {"column", "row", "actor", "to": [column, row] or null}: steps that have the finding; null: the run ends
path       [step number, column, row, letter of who moved or null] of the schedule, from the start
found      after how many of its steps the finding is there; null: it is not
others     null: projected over all reachable states; else where they stand: {"letter", "step" or null}
to         the shortest schedule to a pair that was asked for, if there is one with the others as the run has them at
           the cursor; null where no state stands there, or none was asked
to_others  where the others stand after it: "as-they-are", "elsewhere", or null
states, transitions, projected   of the graph; of its states those in the map
bounds     within what it did not fit, else none; then all else but the actors and the path is empty
sentences  a few, in words
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from racewalk.explore.bounds import Bounds
from racewalk.explore.graph import GraphTooLarge
from racewalk.model import Move
from racewalk.scenario.built import Built
from racewalk.scenario.kept_graph import kept_graph
from racewalk.scenario.question import WrongQuestion, moves_of
from racewalk.scenario.step_place import step_json
from racewalk.scenario.telling import SILENT, Telling
from racewalk.session.summary import schedule_of

if TYPE_CHECKING:
    from racewalk.explore.graph import Graph
    from racewalk.explore.progress_map import ProgressMap

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MapAsked:
    """What to map.

    actors   two letters; none: the first two CPUs
    fixed    only where the others stand as after `cursor` steps of the schedule (None: all of them)
    to       a pair of positions (column, row), to be told a shortest schedule to it
    """

    actors: tuple[str, ...] = ()
    kind: str | None = None
    fixed: bool = False
    schedule: str = ""
    to: tuple[int, int] | None = None
    cursor: int | None = None


def map_report(built: Built, asked: MapAsked, bounds: Bounds, telling: Telling = SILENT) -> Json:
    """See above. Raises WrongQuestion."""
    from racewalk.explore.progress_map import MapTooLarge  # with NumPy, which is slow to import

    model = built.model
    two = two_actors(built, asked.actors)
    moves = moves_of(model, asked.schedule)
    told: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "kind": asked.kind,
        "actors": [_axis(built, actor) for actor in two],
    }
    try:
        return told | _drawn(built, asked, two, moves, bounds, telling)
    except (GraphTooLarge, MapTooLarge) as large:
        bound = large.bound if isinstance(large, GraphTooLarge) else str(large)
        path = _places(built, moves, two)
        return told | _empty(bound, path, f"There is no map: {large}. Only the way of the run is known.")


def two_actors(built: Built, letters: Sequence[str]) -> tuple[int, int]:
    """Raises WrongQuestion where these are not two of the variant's."""
    actors = built.model.actors
    if not letters:
        cpus = [number for number, info in enumerate(actors) if not info.daemon]
        both = [*cpus, *(number for number, info in enumerate(actors) if info.daemon)][:2]
    else:
        known = {info.letter: number for number, info in enumerate(actors)}
        both = [known[letter] for letter in letters if letter in known]
        if len(set(both)) != 2 or len(letters) != 2:
            raise WrongQuestion(f"a map is of two actors of {', '.join(known)}")
    if len(both) < 2:
        raise WrongQuestion(f"{built.called} has only one actor, so there is no map")
    return both[0], both[1]


def _drawn(
    built: Built, asked: MapAsked, two: tuple[int, int], moves: tuple[Move, ...], bounds: Bounds, telling: Telling
) -> Json:
    from racewalk.explain.progress_map import codes, legend, map_words
    from racewalk.explore.flow import Flow
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.progress_map import Cell, fixed_at, positions_of, progress_map
    from racewalk.explore.twin import has_finding
    from racewalk.scenario.locked_regions import locked_regions

    model = built.model
    graph = kept_graph(model, bounds, telling.searching("states"))
    telling.enter("places")
    wanted = Occurrence(Flow(graph), asked.kind)
    ends = model.end_positions
    positions = positions_of(graph, model, ends)
    path = _path(built, graph, moves)
    here = positions[path[-1 if asked.cursor is None else min(asked.cursor, len(path) - 1)][1]].tolist()
    among = fixed_at(positions, here, two) if asked.fixed else None
    drawn = progress_map(wanted, positions, ends, two, among)
    regions = locked_regions(model, graph, two)
    letters = [info.letter for info in model.actors]
    to = to_others = None
    if asked.to is not None:
        at = (positions[:, two[0]] == asked.to[0]) & (positions[:, two[1]] == asked.to[1])
        same = at & fixed_at(positions, here, two)
        met = (same if asked.fixed or same.any() else at).nonzero()[0]
        if len(met):
            to = schedule_of(model, graph.schedule_to(int(met[0])))
            to_others = "as-they-are" if same[met[0]] else "elsewhere"
    titles = (model.actors[two[0]].title, model.actors[two[1]].title)
    return {
        "codes": codes(drawn),
        "legend": dict(legend(asked.kind)),
        "flags": drawn.flags.tolist(),
        "flag_names": {flag.name.lower().replace("_", "-"): int(flag) for flag in Cell if flag.name},
        "locks": [
            {
                "actor": letters[one.actor],
                "lock": one.lock,
                "mode": one.mode,
                "first": one.first,
                "last": one.last,
                "always": one.always,
            }
            for one in regions
        ],
        "crossings": _crossings(drawn, letters),
        "path": [
            [number, int(positions[state, two[0]]), int(positions[state, two[1]]), letter]
            for number, state, letter in path
        ],
        "found": has_finding(wanted, moves),
        "others": [
            {"letter": letters[actor], "step": None if here[actor] == ends[actor] else here[actor]}
            for actor in range(len(letters))
            if actor not in two
        ]
        if asked.fixed
        else None,
        "to": to,
        "to_others": to_others,
        "states": graph.size,
        "transitions": graph.transitions,
        "projected": drawn.states,
        "bounds": [],
        "sentences": list(map_words(drawn, titles, asked.kind)),
    }


def _crossings(drawn: ProgressMap, letters: Sequence[str]) -> list[Json]:
    return [
        {
            "column": one.column,
            "row": one.row,
            "actor": letters[one.actor],
            "to": None if one.to is None else list(one.to),
        }
        for one in drawn.crossings
    ]


def _path(built: Built, graph: Graph, moves: tuple[Move, ...]) -> list[tuple[int, int, str | None]]:
    """(step number, state, letter) from the start; a fatal step leads nowhere, so it is not in it."""
    found: list[tuple[int, int, str | None]] = [(0, 0, None)]
    for number, move in enumerate(moves, 1):
        state = int(graph.target[graph.moves(found[-1][1])[move]])
        if state < 0:
            break
        found.append((number, state, built.model.actors[move.actor].letter))
    return found


def _axis(built: Built, actor: int) -> Json:
    code = built.model.program.actors[actor]
    return {
        "letter": code.info.letter,
        "title": code.info.title,
        "name": code.info.name,
        "positions": [step_json(step) for step in code.steps],
    }


def _places(built: Built, moves: tuple[Move, ...], two: tuple[int, int]) -> list[list[int | str | None]]:
    """The path where there is no graph."""
    model, state = built.model, built.model.initial()
    ends = model.end_positions
    found: list[list[int | str | None]] = []
    for number in range(len(moves) + 1):
        at = [ends[actor] if (here := model.position(state, actor)) is None else here for actor in two]
        found.append([number, *at, model.actors[moves[number - 1].actor].letter if number else None])
        outcome = model.step(state, moves[number]) if number < len(moves) else None
        if outcome is None or outcome.fatal:
            break
        state = outcome.state
    return found


def _empty(bound: str, path: list[list[int | str | None]], sentence: str) -> Json:
    nothing: Json = {"codes": [], "legend": {}, "flags": [], "flag_names": {}, "locks": [], "crossings": []}
    left: Json = dict.fromkeys(("found", "others", "to", "to_others", "states", "transitions", "projected"))
    return {**nothing, **left, "path": path, "bounds": [bound], "sentences": [sentence]}
