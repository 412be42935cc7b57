"""Dead locals are zeroed: states that differ only in what nobody will read again become one state.

Classic backward liveness over the instructions of each actor. At a step, a local is live if some way from there reads
it before it is assigned; the bytes of all others are cleared on arrival, as the machine does it with locals that have
gone out of scope. Locals that share a slot are never in scope together, and what is in scope has slots of its own, so
clearing one never touches another.

    before   a3  clears nothing       old, new are in scope, and only new is read from here on
    after    a3  clears old
"""

from __future__ import annotations

from dataclasses import replace

from racewalk.program.code import Instr
from racewalk.program.program import ActorCode, Program
from racewalk.program.reach import assigned_in, read_in, successors
from racewalk.program.steps import gaps
from racewalk.program.values import Register


def zero_dead_locals(program: Program) -> Program:
    """The program whose steps clear every local that is dead there."""
    return replace(program, actors=[_clear_dead(actor) for actor in program.actors])


def _clear_dead(actor: ActorCode) -> ActorCode:
    needed = live_registers(actor.instrs)
    steps = []
    for step in actor.steps:
        scope = tuple(register for register in step.in_scope if register in needed[step.at])
        steps.append(replace(step, in_scope=scope, clear=gaps(scope, actor.frame)))
    return replace(actor, steps=steps)


def live_registers(code: list[Instr]) -> list[frozenset[Register]]:
    """For each instruction the registers that it, or what follows, may read before they are assigned."""
    reads = [frozenset(read_in(instr)) for instr in code]
    assigns = [frozenset(assigned_in(instr)) for instr in code]
    after: list[list[int]] = [successors(code, at) for at in range(len(code))]
    before: list[list[int]] = [[] for _ in code]
    for at, following in enumerate(after):
        for index in following:
            before[index].append(at)
    found: list[frozenset[Register]] = [frozenset()] * len(code)
    todo = set(range(len(code)))
    order = list(range(len(code)))
    while todo:
        order = sorted(todo, reverse=True)
        todo = set()
        for at in order:
            passed = frozenset[Register]().union(*(found[index] for index in after[at]))
            needed = passed - assigns[at] | reads[at]
            if needed != found[at]:
                found[at] = needed
                todo.update(before[at])
    return found
