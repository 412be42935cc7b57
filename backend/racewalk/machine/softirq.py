"""Softirqs: when one may begin on its CPU, and that nothing else runs there meanwhile.

A softirq rests at its first step and at the head of its endless loop; what lies between is a round. While it is in
a round its CPU's own code cannot go on, and no other softirq of the CPU begins. As in the kernel it counts as
preemption off, so it may not sleep, and RCU waits for it.
"""

from __future__ import annotations

from racewalk.machine.incident import Block
from racewalk.machine.memory import Memory
from racewalk.program.program import ActorCode


def hindrance(memory: Memory, actor: ActorCode) -> Block | None:
    """Why an actor cannot go, whatever its step is: a softirq runs, or may not begin."""
    if actor.softirqs:
        running = memory.softirq(actor.index)
        return None if running is None else Block("softirq", mask=1 << running)
    if actor.cpu is None:
        return None
    running = memory.softirq(actor.cpu)
    if running is not None:
        return None if running == actor.index else Block("masked", mask=1 << running, text="to end")
    if memory.irqs_off(actor.cpu):
        return Block("masked", mask=1 << actor.cpu, text="to switch interrupts on")
    if memory.bh_depth(actor.cpu):
        return Block("masked", mask=1 << actor.cpu, text="to switch softirqs on")
    return None


def begin(memory: Memory, actor: ActorCode) -> None:
    """A softirq takes a step: the first one of a round begins it."""
    if actor.cpu is not None and memory.softirq(actor.cpu) is None:
        memory.set_softirq(actor.cpu, actor.index)
        memory.set_preempt_count(actor.index, memory.preempt_count(actor.index) + 1)


def ended(memory: Memory, actor: ActorCode, step: int) -> bool:
    """A softirq has come to a step: whether its round ended there."""
    if actor.cpu is None or (step != actor.end and step not in actor.rests):
        return False
    memory.set_softirq(actor.cpu, None)
    memory.set_preempt_count(actor.index, max(0, memory.preempt_count(actor.index) - 1))
    return True
