"""Semaphores, completions and wait queues, and the choices of a wake-up and of a grace period."""

from __future__ import annotations

from racewalk.explain.promela.locks import Locks
from racewalk.explain.promela.numbers import (
    NO,
    Byte,
    Expr,
    Num,
    Temp,
    both,
    differs,
    either,
    first_of,
    low,
    no,
    operate,
    pick,
    plus,
    same,
)
from racewalk.explain.promela.ops import Note, Wait
from racewalk.program.code import Down, GracePeriod, Instr, Up, WakeUp
from racewalk.program.layout import (
    ASLEEP,
    EXCLUSIVE,
    FOR_ALL,
    completes,
)

CHOICE = Temp("choice", 0, 63)
"""Which way a step goes that has several."""


class Signals(Locks):
    def down(self, instr: Down) -> None:
        where = self.address(instr.place, instr)
        if not instr.attempt:
            self.may_sleep()
        count = self.keep(Byte(where))
        got = differs(count, NO)
        if not instr.attempt:
            self.ops.append(Wait(got))
        stays = either(no(got), same(count, Num(FOR_ALL))) if completes(instr.place.type) else no(got)
        self.put(where, pick(stays, count, low(plus(count, -1), 0xFF)))
        if instr.target is not None:
            self.set(instr.target, got if completes(instr.place.type) else no(got))

    def up(self, instr: Up) -> None:
        where = self.address(instr.place, instr)
        if instr.all:
            self.put(where, Num(FOR_ALL))
            return
        count = self.keep(Byte(where))
        most = Num(FOR_ALL - 1 if completes(instr.place.type) else FOR_ALL)
        self.ops.append(Note("overflow", same(count, most)))
        self.put(where, pick(operate(">=", count, most), count, low(plus(count, 1), 0xFF)))

    def wake_up(self, instr: WakeUp) -> None:
        """Wakes `all`, or all who do not wait exclusively and one who does: the choice is whom, or that nobody does."""
        able = self.ground.exclusive_waiters
        chosen: Expr = CHOICE
        if not instr.all and self.is_first(instr):
            fine, at = self.quiet_address(instr.place)
            sleepers = [self._sleeps_exclusively(at, actor) for actor in able]
            wanted = first_of([(same(CHOICE, Num(i)), test) for i, test in enumerate(sleepers)], no(either(*sleepers)))
            self.ops.append(Wait(pick(fine, wanted, same(CHOICE, Num(len(able))))))
        where = self.address(instr.place, instr)
        if not instr.all and not self.is_first(instr):
            sleepers = [self._sleeps_exclusively(where, actor) for actor in able]
            chosen = self.keep(first_of([(test, Num(i)) for i, test in enumerate(sleepers)], Num(len(able))))
        woken = {}
        for actor in self.ground.waiters:
            wakes = both(self.has_bit(where, actor), self.asleep(actor))
            if not instr.all and actor in able:
                exclusive = self.has_bit(plus(where, EXCLUSIVE), actor)
                wakes = both(wakes, either(no(exclusive), same(chosen, Num(able.index(actor)))))
            woken[actor] = self.keep(wakes)
        for actor, wakes in woken.items():
            self.put_bit(where, actor, NO, only_if=wakes)
            self.put_bit(plus(where, EXCLUSIVE), actor, NO, only_if=wakes)
            self.put(self.header(actor, ASLEEP), pick(wakes, NO, Byte(self.header(actor, ASLEEP))))

    def _sleeps_exclusively(self, queue: Expr, actor: int) -> Expr:
        exclusive = self.has_bit(plus(queue, EXCLUSIVE), actor)
        return both(self.has_bit(queue, actor), exclusive, self.asleep(actor))

    def is_first(self, instr: Instr) -> bool:
        """The step begins with it, so that its choices are the step's."""
        raise NotImplementedError

    def grace_period(self, instr: GracePeriod) -> None:
        heads = [Num(cell.address) for cell in self.ground.program.layout.rcu_heads]
        head = self.keep(first_of([(same(CHOICE, Num(i)), at) for i, at in enumerate(heads)], NO))
        self.ops.append(Wait(both(Byte(head), same(self.half(plus(head, 1)), NO))))
        self.set(instr.which, Byte(head))
        self.set(instr.head, self.pointer_to(head))
        self.put(head, NO)
