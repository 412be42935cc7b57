"""How long the analyses of a graph of some 50,000 states take: `python tests/benchmarks/bench_graph.py`.

Each graph is that of actors who run side by side, so its size is known: `grid` is three CPUs of 36 steps each; in
`retry` some steps may lead back, so that it has cycles; in `thin` one CPU runs alone for most of the time.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from statistics import median
from time import perf_counter

from racewalk.explore.flow import Flow
from racewalk.explore.graph import Graph
from racewalk.explore.livelock import find_livelock
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import outlook
from racewalk.explore.preemptions import fewest
from racewalk.explore.statistics import count_schedules, statistics
from racewalk.model import ActorInfo

Steps = Callable[[int, int], Iterator[int]]  # actor and position -> positions of its next step
LETTERS = "abcdefgh"


def straight(actor: int, at: int) -> Iterator[int]:
    yield at + 1


def retrying(actor: int, at: int) -> Iterator[int]:
    yield at + 1
    if at % 9 == 8 and actor == 0:
        yield at - 5


def side_by_side(lengths: tuple[int, ...], steps: Steps) -> Graph:
    """Actors with so many steps each. The finding: actor 0 makes its last step while actor 1 is half way."""
    places = list(product(*(range(length + 1) for length in lengths)))
    places.sort(key=sum)  # the order of breadth-first search, where nobody goes back
    index = {place: number for number, place in enumerate(places)}
    first, target, actor = array("q", [0]), array("i"), array("B")
    reports, end = array("H"), array("H")
    for place in places:
        for mover, (at, length) in enumerate(zip(place, lengths, strict=True)):
            for to in steps(mover, at) if at < length else ():
                target.append(index[(*place[:mover], to, *place[mover + 1 :])])
                actor.append(mover)
                reports.append(mover == 0 and to == length and 0 < place[1] <= lengths[1] // 2)
        first.append(len(target))
        end.append(place == lengths)
    cpus = tuple(ActorInfo(LETTERS[one], f"cpu{one}", f"CPU {one}", "cpu") for one in range(len(lengths)))
    return Graph(
        actors=cpus,
        first=first,
        target=target,
        actor=actor,
        choice=array("h", [-1]) * len(target),
        reports=reports,
        end=end,
        depth=array("i", map(sum, places)),
        unfinished=array("H", [0]) * len(places),
        kind_sets=(frozenset(), frozenset({"bug"})),
        warnings=frozenset(),
        at_start=frozenset(),
        states=(),
        index={},
    )


def milliseconds(work: Callable[[], object], times: int) -> tuple[float, float]:
    """The median and the best of some runs, after one to warm up."""
    taken = []
    for _ in range(times + 1):
        started = perf_counter()
        work()
        taken.append(1000 * (perf_counter() - started))
    return median(taken[1:]), min(taken[1:])


def lights_and_statistics(graph: Graph) -> None:
    wanted = Occurrence(Flow(graph), "bug")
    outlook(wanted)
    statistics(wanted)


def main(times: int = 7) -> None:
    graphs = {
        "grid": side_by_side((36, 36, 36), straight),
        "retry": side_by_side((36, 36, 36), retrying),
        "thin": side_by_side((400, 124), straight),
    }
    for name, graph in graphs.items():
        flow = Flow(graph)
        wanted = Occurrence(flow, "bug")
        layers = " + ".join(str(len(layers)) for layers in (flow.tail, flow.core, flow.head))
        print(f"{name}: {graph.size:,} states, {graph.transitions:,} transitions, {layers} layers of tail, core, head")
        told = statistics(wanted)
        print(f"  probability {told.probability}, {told.fewest}")
        parts: dict[str, Callable[[], object]] = {
            "lights and statistics": partial(lights_and_statistics, graph),
            "  flow": partial(Flow, graph),
            "  occurrence": partial(Occurrence, flow, "bug"),
            "  lights": partial(outlook, wanted),
            "  statistics": partial(statistics, wanted),
            "    fewest": partial(fewest, wanted),
            "livelock": partial(find_livelock, graph),
        }
        if flow.acyclic:
            parts["    schedules"] = partial(count_schedules, wanted)
        for part, work in parts.items():
            middle, best = milliseconds(work, times)
            print(f"  {part:<22} {middle:7.1f} ms, at best {best:7.1f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
