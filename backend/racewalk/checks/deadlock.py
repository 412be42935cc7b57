"""Deadlock: some CPU has not finished, and no CPU can ever run again.

Daemons (devices, RCU) may still move, so what they could do is looked at too: only when none of it
lets a CPU run is it a deadlock. The cycle follows from who waits for what and who holds it.

A device may have more states than can be looked at each time. Where that is so and no help was met, it is
said as a warning, `maybe-deadlock`, so that no verdict claims more than is known.
"""

from __future__ import annotations

from collections import deque

from racewalk.checks.wording import listed
from racewalk.machine.describe import Describer
from racewalk.machine.incident import Block
from racewalk.machine.machine import Machine, Ran
from racewalk.machine.memory import Memory
from racewalk.model import Finding, Move, State

DAEMON_STATES = 2_000
"""So many states of daemons are looked at, those first that are reached first."""


def deadlock(machine: Machine, describer: Describer, state: State) -> Finding | None:
    """The finding, with one line per waiting CPU or softirq; None when a CPU can run, now or later."""
    cpus = [a.index for a in machine.program.actors if not a.info.daemon]
    if all(machine.finished(state, cpu) for cpu in cpus):
        return None
    helped = _is_helped(machine, cpus, state)
    if helped:
        return None
    memory = Memory(machine.layout, state)
    blocks: dict[int, Block] = {}
    for cpu in cpus:
        if not machine.finished(state, cpu):
            blocked = machine.step(state, Move(cpu))
            assert isinstance(blocked, Block)
            blocks[cpu] = blocked
    for softirq in [a.index for a in machine.program.actors if any(_runs(b, a.index) for b in blocks.values())]:
        ran = machine.step(state, Move(softirq))
        if isinstance(ran, Block):
            blocks[softirq] = ran
    lines = tuple(f"{describer.title(cpu)} {describer.reason(block, memory)}" for cpu, block in blocks.items())
    if helped is None:
        message = f"no CPU can go on here, nor in {DAEMON_STATES:,} states that devices go through; they have more"
        return Finding("maybe-deadlock", message, warning=True, details=lines)
    cycle = _cycle(blocks, memory)
    if cycle:
        names = " -> ".join(describer.title(cpu) for cpu in [*cycle, cycle[0]])
        message = f"{names} wait for each other"
    else:
        message = f"{listed([describer.title(cpu) for cpu in blocks])} can never go on"
    return Finding("deadlock", message, fatal=True, actor=cycle[0] if cycle else next(iter(blocks)), details=lines)


def _runs(block: Block, softirq: int) -> bool:
    """A CPU cannot go on because this softirq runs."""
    return block.kind == "softirq" and bool(block.mask >> softirq & 1)


def _is_helped(machine: Machine, cpus: list[int], start: State) -> bool | None:
    """Some CPU can run here, or after something that daemons may do; None when that was not found out.

    Where a softirq comes to wait for its own CPU it is a deadlock too, but one that is found there, and is named.
    """
    daemons = [a.index for a in machine.program.actors if a.info.daemon]
    seen, todo = {start}, deque([start])
    while todo:
        state = todo.popleft()
        if any(not machine.finished(state, c) and isinstance(machine.step(state, Move(c)), Ran) for c in cpus):
            return True
        if len(seen) > DAEMON_STATES:
            return None
        for daemon in daemons:
            if machine.finished(state, daemon):
                continue
            for choice in range(machine.choices(state, daemon)):
                ran = machine.step(state, Move(daemon, choice))
                if isinstance(ran, Ran) and any(incident.kind == "deadlock" for incident in ran.incidents):
                    return True
                if isinstance(ran, Ran) and not ran.dead and ran.state not in seen:
                    seen.add(ran.state)
                    todo.append(ran.state)
    return False


def _cycle(blocks: dict[int, Block], memory: Memory) -> list[int]:
    """Actors that wait for each other in a circle, the lowest number first; empty when there is none."""
    for first in sorted(blocks):
        path, seen = [first], {first}
        todo = [iter(_waits_for(first, blocks, memory))]
        while todo:
            following = next(todo[-1], None)
            if following == first:
                return path
            if following is None:
                todo.pop()
                path.pop()
            elif following not in seen:
                seen.add(following)
                path.append(following)
                todo.append(iter(_waits_for(following, blocks, memory)))
    return []


def _waits_for(actor: int, blocks: dict[int, Block], memory: Memory) -> list[int]:
    """The waiting actors that could end the wait of this one."""
    block = blocks[actor]
    if block.kind in ("readers", "softirq", "masked"):
        return [c for c in blocks if block.mask >> c & 1]
    if block.kind != "lock" or block.address is None:
        return []
    owner = memory.owner(block.address)
    if owner is not None:
        return [owner] if owner in blocks else []
    return [c for c in blocks if memory.readers(block.address) >> c & 1]
