"""Semaphores, completions and wait queues: what one actor waits for and another gives. Nobody owns them.

A semaphore or a completion is a count. A wait queue is who stands in it, and who does so exclusively; whether
they still sleep is the actors' own business, as in the kernel: an actor that was woken through one queue is
passed over in the next.
"""

from __future__ import annotations

from racewalk.lang.types import Type
from racewalk.machine.memory import Memory
from racewalk.program.layout import EXCLUSIVE, FOR_ALL, completes

MOST = 255
"""A semaphore counts up to this; a completion that counts so far is complete for all."""


def take(memory: Memory, address: int, t: Type) -> bool:
    """Take one, if one is left."""
    count = memory.byte(address)
    if count and not (completes(t) and count == FOR_ALL):
        memory.set_byte(address, count - 1)
    return count > 0


def give(memory: Memory, address: int, t: Type) -> bool:
    """Give one; False where that cannot be counted."""
    count = memory.byte(address)
    if completes(t) and count == FOR_ALL:
        return True
    if count == (FOR_ALL - 1 if completes(t) else MOST):
        return False
    memory.set_byte(address, count + 1)
    return True


# -- wait queues ------------------------------------------------------------------------------------


def waiters(memory: Memory, queue: int) -> list[int]:
    """Who stands in a wait queue."""
    return [actor for actor in range(memory.layout.actors) if memory.has_bit(queue, actor)]


def is_exclusive(memory: Memory, queue: int, actor: int) -> bool:
    return memory.has_bit(queue + EXCLUSIVE, actor)


def queue_up(memory: Memory, queue: int, actor: int, exclusive: bool) -> None:
    """prepare_to_wait: from now on the actor is asleep unless somebody wakes it."""
    memory.put_bit(queue, actor, True)
    memory.put_bit(queue + EXCLUSIVE, actor, exclusive)
    memory.set_asleep(actor, True)


def leave(memory: Memory, queue: int, actor: int) -> None:
    """finish_wait, or being woken."""
    memory.put_bit(queue, actor, False)
    memory.put_bit(queue + EXCLUSIVE, actor, False)
    memory.set_asleep(actor, False)


def exclusive_sleepers(memory: Memory, queue: int) -> list[int]:
    """Those of whom a wake_up wakes one."""
    return [a for a in waiters(memory, queue) if is_exclusive(memory, queue, a) and memory.asleep(a)]


def wake(memory: Memory, queue: int, everybody: bool, choice: int) -> None:
    """Wake all sleepers in a queue, or those who do not wait exclusively and one who does."""
    candidates = [] if everybody else exclusive_sleepers(memory, queue)
    spared = [actor for number, actor in enumerate(candidates) if number != choice]
    for actor in waiters(memory, queue):
        if actor not in spared and memory.asleep(actor):
            leave(memory, queue, actor)
