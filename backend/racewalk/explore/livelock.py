"""Livelock: CPUs go round for ever, and some CPU that has not finished never can.

In the graph that is a *bottom component*: states that all lead to each other and to nothing else, with a step of a CPU
among its transitions. No run in it ends. A component with a way out is none: under weak fairness of the CPUs, whoever
could leave for long enough does. Nor is one where only daemons move: there no CPU can ever run again, a deadlock. Nor
one where all CPUs that are left are endless by their text: they do what they are meant to.

The finding is about what cannot come, so no single run shows it: its schedule leads into the component, and the verdict
is about being caught there: always where no schedule is complete at all, else sometimes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from racewalk.explore.graph import ENDED, Graph, GraphTooLarge
from racewalk.explore.verdict import Found
from racewalk.model import Finding, Model
from racewalk.record import value_record

KIND = "livelock"
SWEEPS = 3
LABELLED = 2_000  # so many transitions of a component are looked at for the steps that are named
NAMED = 4  # steps of one CPU that the message names


@value_record
class Livelock:
    """A bottom component, that with the shortest schedule to it."""

    states: tuple[int, ...]  # in the order of the graph, so the first is nearest to the start
    transitions: tuple[int, ...]  # by CPUs
    complete: bool  # some schedule of the graph comes to an end


def find_livelock(graph: Graph) -> Livelock | None:
    """The nearest livelock of a graph, if it has one."""
    first, target = graph.first.tolist(), graph.target.tolist()
    caught = _never_ending(graph, first, target)
    if not caught:
        return None
    cpus = [not info.daemon for info in graph.actors]
    meant_to_end = sum(1 << cpu for cpu, info in enumerate(graph.actors) if cpus[cpu] and not info.endless)
    actor = graph.actor
    nearest: Livelock | None = None
    for component in _bottom_components(caught, first, target):
        if nearest is not None and component[0] > nearest.states[0]:
            continue
        if not int(graph.unfinished[component[0]]) & meant_to_end:
            continue
        edges = (edge for state in component for edge in range(first[state], first[state + 1]))
        moves = tuple(edge for edge in edges if cpus[actor[edge]])
        if moves:
            nearest = Livelock(tuple(component), moves, complete=len(caught) < graph.size)
    return nearest


def livelock_found(model: Model, graph: Graph, livelock: Livelock) -> Found:
    """The livelock as a finding: who goes round, and where."""
    titles = [info.title for info in graph.actors]
    steps: dict[int, dict[str, None]] = {}
    state = 0
    for edge in livelock.transitions[:LABELLED]:
        while graph.first[livelock.states[state] + 1] <= edge:
            state += 1
        actor = int(graph.actor[edge])
        label = model.label(graph.states[livelock.states[state]], actor)
        steps.setdefault(actor, {})[label or ""] = None
    unfinished = int(graph.unfinished[livelock.states[0]])
    rounds = sorted({int(graph.actor[edge]) for edge in livelock.transitions})
    waiting = [cpu for cpu in range(len(titles)) if unfinished >> cpu & 1 and cpu not in rounds]
    caught = [cpu for cpu in (*rounds, *waiting) if not graph.actors[cpu].endless]
    message = told([titles[cpu] for cpu in rounds], [titles[cpu] for cpu in caught])
    details = (
        *(f"{titles[cpu]} goes round through {_listed(steps[cpu])}" for cpu in rounds if cpu in steps),
        *(f"{titles[cpu]} waits for ever" for cpu in waiting),
    )
    label = next(iter(steps[rounds[0]]))
    finding = Finding(KIND, message, actor=rounds[0], label=label or None, details=details)
    return Found(finding, "sometimes" if livelock.complete else "always", graph.schedule_to(livelock.states[0]))


def told(rounds: Sequence[str], caught: Sequence[str]) -> str:
    """Who goes round, and who can never finish, by their titles."""
    never = "" if rounds == caught else f"{_all_of(caught)} "
    return f"{_all_of(rounds)} {'goes' if len(rounds) == 1 else 'go'} round for ever, and {never}can never finish"


def _all_of(titles: Sequence[str]) -> str:
    """ "CPU 0, CPU 1 and CPU 2"."""
    return " and ".join(filter(None, [", ".join(titles[:-1]), titles[-1]]))


def not_looked_for(large: GraphTooLarge) -> Found:
    """What there is to say where the graph does not fit: so that no verdict claims more than is known."""
    return Found(Finding(KIND, f"livelocks were not looked for, as {large}", warning=True), "unknown", ())


def _listed(labels: dict[str, None]) -> str:
    told = ", ".join(f"'{label}'" for label in islice(labels, NAMED))
    return told if len(labels) <= NAMED else f"{told} and {len(labels) - NAMED} more steps"


def _never_ending(graph: Graph, first: list[int], target: list[int]) -> list[int]:
    """The states from which no run comes to an end. Nothing leaves them."""
    ends = bytearray(map(bool, graph.end))
    todo = list(range(graph.size - 1, -1, -1))
    for _ in range(SWEEPS):  # ends lie deep, so one sweep from the deepest states on settles nearly all
        left = []
        for state in todo:
            if ends[state]:
                continue
            for to in target[first[state] : first[state + 1]]:
                if to == ENDED or ends[to]:
                    ends[state] = 1
                    break
            else:
                left.append(state)
        if not left or len(left) == len(todo):
            return left[::-1]
        todo = left
    sources: dict[int, list[int]] = {state: [] for state in todo}
    found = []
    for state in todo:
        for to in target[first[state] : first[state + 1]]:
            if to in sources:
                sources[to].append(state)
            elif not ends[state]:
                ends[state] = 1
                found.append(state)
    while found:
        for source in sources[found.pop()]:
            if not ends[source]:
                ends[source] = 1
                found.append(source)
    return [state for state in reversed(todo) if not ends[state]]


def _bottom_components(states: list[int], first: list[int], target: list[int]) -> Iterator[list[int]]:
    """The strongly connected components that nothing leaves (Tarjan, with a stack of its own), each sorted.

    No transition leaves `states` as a whole.
    """
    number: dict[int, int] = {}  # in the order of discovery
    low: dict[int, int] = {}
    open_states: list[int] = []
    closed: set[int] = set()  # in a component that was left
    for root in states:
        if root in number:
            continue
        calls = [root]
        edges: dict[int, int] = {}
        leaves: set[int] = set()  # states with a transition into another component
        while calls:
            state = calls[-1]
            if state not in number:
                number[state] = low[state] = len(number)
                open_states.append(state)
                edges[state] = first[state]
            edge = edges[state]
            if edge < first[state + 1]:
                to = target[edge]
                if to not in number:
                    calls.append(to)
                    continue
                edges[state] += 1
                if to in closed:
                    leaves.add(state)
                else:
                    low[state] = min(low[state], low[to])
                continue
            calls.pop()
            if low[state] != number[state]:
                continue
            component: list[int] = []
            while not component or component[-1] != state:
                component.append(open_states.pop())
            closed.update(component)
            if leaves.isdisjoint(component):
                yield sorted(component)
