"""Locks: taking, releasing, and what is wrong about it."""

from __future__ import annotations

from racewalk.explain.promela.actors import Actors
from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    Num,
    among,
    both,
    differs,
    either,
    no,
    pick,
    plus,
    same,
)
from racewalk.explain.promela.ops import Die, Note, Wait
from racewalk.lang.types import LockType
from racewalk.program.code import Acquire, AskHeld, Downgrade, Release
from racewalk.program.layout import (
    PREEMPT_COUNT,
)


class Locks(Actors):
    def acquire(self, instr: Acquire) -> None:
        where = self.address(instr.place, instr)
        lock = instr.place.type
        assert isinstance(lock, LockType)
        if not instr.attempt:
            self.ops.append(Die("recursive-locking", self.holds(self.actor, where, lock)))
            if not lock.spins:
                self.may_sleep()
        free = same(Byte(where), NO)
        if instr.mode == "write":
            free = both(free, same(self.half(plus(where, 1)), NO))
        if instr.attempt:
            free = self.keep(free)
        else:
            self._check_own_cpu(free, where, lock)
            self.ops.append(Wait(free))
            self._check_order(instr, where)
            free = YES
        if instr.mode != "read":
            self.put(where, pick(free, Num(self.actor + 1), Byte(where)))
        elif self.actor < self.ground.nobody:
            self.put_bit(plus(where, 1), self.actor, YES, only_if=free)
        if lock.spins:
            self.count_up(PREEMPT_COUNT, only_if=free)
        if instr.target is not None:
            self.set(instr.target, free)

    def _check_own_cpu(self, free: Expr, where: Expr, lock: LockType) -> None:
        """A softirq that waits for what its CPU holds waits for ever."""
        actors = self.ground.program.actors
        cpu = actors[self.actor].cpu if self.actor < len(actors) else None
        if cpu is not None and lock.kind != "bit_lock":
            self.ops.append(Die("deadlock", both(no(free), self.holds(cpu, where, lock))))

    def release(self, instr: Release) -> None:
        where = self.address(instr.place, instr)
        if instr.mode == "read":
            mine = self.keep(self.has_bit(plus(where, 1), self.actor)) if self.actor < self.ground.nobody else YES
            if self.actor < self.ground.nobody:
                self.put_bit(plus(where, 1), self.actor, NO)
        else:
            owner = self.keep(Byte(where))
            mine = differs(owner, NO) if instr.mode == "bit" else same(owner, Num(self.actor + 1))
            self.put(where, NO)
        self.ops.append(Note("bad-unlock", no(mine)))
        if isinstance(instr.place.type, LockType) and instr.place.type.spins:
            self.count_down(PREEMPT_COUNT)
            self.left_section()

    def downgrade(self, instr: Downgrade) -> None:
        where = self.address(instr.place, instr)
        self.ops.append(Note("bad-unlock", differs(Byte(where), Num(self.actor + 1))))
        self.put(where, NO)
        if self.actor < self.ground.nobody:
            self.put_bit(plus(where, 1), self.actor, YES)

    def holds(self, actor: int, where: Expr, lock: LockType) -> Expr:
        owns = same(Byte(where), Num(actor + 1))
        if not lock.shared or actor == self.ground.nobody:
            return owns
        return either(owns, self.has_bit(plus(where, 1), actor))

    def is_held(self, instr: AskHeld) -> Expr:
        where = self.keep(self.address(instr.place, instr))
        lock = instr.place.type
        assert isinstance(lock, LockType)
        read: Expr = NO
        if instr.anybody:
            owned = differs(Byte(where), NO)
            if lock.shared:
                read = differs(self.half(plus(where, 1)), NO)
        elif self.actor == self.ground.nobody:
            return YES
        else:
            owned = same(Byte(where), Num(self.actor + 1))
            if lock.shared:
                read = self.has_bit(plus(where, 1), self.actor)
        return {"any": either(owned, read), "read": read, "write": owned}[instr.how]

    def _check_order(self, instr: Acquire, where: Expr) -> None:
        """Taking what stands above something held is an inversion."""
        outer = self.ground.program.outer_locks
        t, place = instr.place.type, instr.place.key
        possible = [key for _, lock, key in self.ground.locks if lock == t and place in (key, f"*{t}")]
        for mine in dict.fromkeys(possible):
            inner = [(at, t) for at, t, key in self.ground.locks if mine in outer.get(key, ())]
            if inner:
                here = among(where, [at for at, _, key in self.ground.locks if key == mine])
                if set(possible) == {mine}:
                    here = YES
                held = either(*(self.holds(self.actor, Num(at), t) for at, t in inner))
                self.ops.append(Note("lock-order", both(here, held)))
