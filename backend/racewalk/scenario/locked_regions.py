"""Where in its text an actor holds what: locks, RCU read sections, interrupts or softirqs off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.graph import Graph
from racewalk.explore.packed_states import PackedStates
from racewalk.lang.types import LockType
from racewalk.machine.memory import Memory

Mode = Literal["held", "read", "write", "rcu", "irqs-off", "bh-off"]


class Region(NamedTuple):
    """An interval of positions, first .. last, both of them in it, at each of which the actor holds it in some state.

    `lock` is the cell of the lock, or None for what is no lock. `always`: in every state in which the actor stands
    in the interval.
    """

    actor: int
    lock: str | None
    mode: Mode
    first: int
    last: int
    always: bool


def locked_regions(model: ScenarioModel, graph: Graph, actors: tuple[int, ...]) -> list[Region]:
    """Of some actors, over all states of a graph; by actor, then by the first position."""
    stands: dict[tuple[int, int], int] = {}
    held: dict[tuple[int, str | None, Mode], dict[int, int]] = {}
    for actor in actors:
        for number in _to_look_at(model, graph, actor):
            memory = Memory(model.program.layout, graph.states[number])
            position = memory.pc(actor)
            stands[actor, position] = stands.get((actor, position), 0) + 1
            for lock, mode in _holds(model, memory, actor):
                times = held.setdefault((actor, lock, mode), {})
                times[position] = times.get(position, 0) + 1
    found = [
        region
        for (actor, lock, mode), times in held.items()
        for region in _intervals(actor, lock, mode, times, {p: n for (a, p), n in stands.items() if a == actor})
    ]
    return sorted(found, key=lambda region: (region.actor, region.first, region.last, region.lock or region.mode))


def _to_look_at(model: ScenarioModel, graph: Graph, actor: int) -> Sequence[int]:
    """One state for each place of the actor and each way to hold things there."""
    if isinstance(graph.states, PackedStates):
        return graph.states.distinct(model.holding_slots(actor))
    return range(graph.size)


def _holds(model: ScenarioModel, memory: Memory, actor: int) -> Iterator[tuple[str | None, Mode]]:
    for cell in model.program.layout.locks:
        if isinstance(cell.type, LockType) and memory.holds(actor, cell.address, cell.type):
            if not cell.type.shared:
                yield cell.id, "held"
            else:
                yield cell.id, "write" if memory.owner(cell.address) == actor else "read"
    if memory.rcu_depth(actor):
        yield None, "rcu"
    if memory.irqs_off(actor):
        yield None, "irqs-off"
    if memory.bh_depth(actor):
        yield None, "bh-off"


def _intervals(
    actor: int, lock: str | None, mode: Mode, times: dict[int, int], stands: dict[int, int]
) -> Iterator[Region]:
    """Positions where nobody ever stands break no interval."""
    begin: Region | None = None
    for position in sorted(stands):
        now = times.get(position, 0)
        always = now == stands[position]
        if begin is not None and now:
            begin = begin._replace(last=position, always=begin.always and always)
            continue
        if begin is not None:
            yield begin
        begin = Region(actor, lock, mode, position, position, always) if now else None
    if begin is not None:
        yield begin
