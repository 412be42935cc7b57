"""Cycles of lock classes, as lockdep sees them: over all schedules together, whether or not any of them deadlocks.

    CPU 0 holds an i_mmap_rwsem and takes a ptl        one schedule
    CPU 1 holds a ptl and takes an i_mmap_rwsem        another one, perhaps when CPU 0 has long finished

A trylock does not wait, so what it takes is not taken after anything; but it is held from then on. Locks of one class
that are taken inside each other are no cycle here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from racewalk.explore.every_state import EveryState
from racewalk.explore.memo import Leaf
from racewalk.explore.verdict import Found
from racewalk.model import Finding, State, Taking

KIND = "lock-cycle"


class Locking(Protocol):
    """What is asked of a model."""

    @property
    def lock_slots(self) -> Sequence[int]:
        """The slots that tell who holds what."""
        ...

    def may_take(self, actor: int, position: int) -> bool:
        """The step there may take a lock and wait for it."""
        ...

    def takings(self, state: State, actor: int) -> tuple[Taking, ...]:
        """What the actor's next step takes inside of what; nothing where it cannot go."""
        ...


def find_lock_cycles(states: EveryState, model: Locking) -> list[Found]:
    """A warning for each set of classes that are taken in a circle, with the schedule to where it is first closed."""
    memo = states.engine.memo
    slots = states.engine.model.pc_slots
    takers = []
    for stand in (*memo.cpus, *memo.daemons):
        slot = slots[stand.actor]
        positions = [memo.codes.content(slot, code) for code in range(memo.codes.known(slot))]
        end = states.engine.model.end_positions[stand.actor]
        takers.append((stand, [at != end and model.may_take(stand.actor, at) for at in positions]))
    mask = 0
    for slot in model.lock_slots:
        mask |= memo.codes.masks[slot]
    asked: dict[tuple[int, int, int, int], Leaf] = {}  # the leaves are kept, so that their ids stay theirs
    seen: dict[tuple[str, str], tuple[Taking, int]] = {}

    def look(number: int, state: int) -> None:
        for stand, takes in takers:
            at = state >> stand.shift & stand.mask
            if not takes[at]:
                continue
            table = stand.tables[at]
            leaf = memo.leaf(state, table) if table is not None else ()
            key = (stand.actor, at, state & mask, id(leaf))
            if leaf and key not in asked:
                asked[key] = leaf
                for taking in model.takings(memo.codes.unpack(state), stand.actor):
                    seen.setdefault((taking.outer, taking.inner), (taking, number))

    states.visit(look)
    found = [states.found(*_cycle_found([seen[pair] for pair in cycle])) for cycle in cycles(seen)]
    return [*states.cut_short(KIND, "cycles of locks"), *found]


def _cycle_found(chains: Sequence[tuple[Taking, int]]) -> tuple[Finding, int]:
    words = "; ".join(taking.words for taking, _ in chains)
    message = f"possible circular locking dependency: {words}"
    details = tuple(f"{taking.outer}, then {taking.inner}" for taking, _ in chains)
    return Finding(KIND, message, warning=True, details=details), max(number for _, number in chains)


def cycles(pairs: Mapping[tuple[str, str], object]) -> Iterator[tuple[tuple[str, str], ...]]:
    """For each set of classes in a circle one circle, as its pairs; a shortest one through each pair."""
    after: dict[str, list[str]] = {}
    for outer, inner in pairs:
        after.setdefault(outer, []).append(inner)
    told: set[frozenset[str]] = set()
    for outer, inner in pairs:
        way = _way(after, inner, outer)
        if way is not None and frozenset(way) not in told:
            told.add(frozenset(way))
            yield tuple(zip([outer, *way], way, strict=False))


def _way(after: Mapping[str, Sequence[str]], start: str, goal: str) -> list[str] | None:
    """A shortest way from one class to another, both included."""
    ways: dict[str, list[str]] = {start: [start]}
    todo = [start]
    for name in todo:
        if name == goal:
            return ways[name]
        for following in after.get(name, ()):
            if following not in ways:
                ways[following] = [*ways[name], following]
                todo.append(following)
    return None
