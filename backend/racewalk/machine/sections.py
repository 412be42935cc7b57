"""Locks, semaphores, softirqs and RCU: who is in which section, who must wait, and what is wrong with that."""

from __future__ import annotations

from racewalk.lang.types import LockType
from racewalk.machine.incident import Block, Blocked
from racewalk.machine.running import Dead, Running
from racewalk.machine.signals import exclusive_sleepers, give, take
from racewalk.program.code import (
    Acquire,
    AskHeld,
    Down,
    Downgrade,
    GracePeriod,
    Instr,
    Release,
    Schedule,
    SetBh,
    Up,
    WakeUp,
)
from racewalk.program.layout import FOR_ALL, SNAPSHOT, Cell, completes


class Sections(Running):
    """Adds what makes actors wait for each other."""

    # -- locks ----------------------------------------------------------------------------------

    def _acquire(self, instr: Acquire) -> None:
        memory, me = self.memory, self.actor
        where = self.address(instr.place, instr)
        lock = instr.place.type
        assert isinstance(lock, LockType)
        if not instr.attempt:
            if memory.holds(me, where, lock):
                self._incident("recursive-locking", instr, where)
            if not lock.spins:
                self._may_sleep(instr, where)
        free = memory.owner(where) is None and (instr.mode != "write" or not memory.readers(where))
        if not free:
            if not instr.attempt:
                self._check_own_cpu(where, lock, instr)
                raise Blocked(Block("lock", where, instr.mode))
            memory.note("read", where, instr)
        else:
            if not instr.attempt:
                self._check_order(instr, where)
            memory.note("lock", where, instr)
            if instr.mode == "read":
                memory.set_reading(where, me, True)
            else:
                memory.set_owner(where, me)
            if lock.spins:
                memory.set_preempt_count(me, min(255, memory.preempt_count(me) + 1))
        if instr.target is not None:
            self._set(instr.target, int(free))

    def _check_own_cpu(self, where: int, lock: LockType, instr: Acquire) -> None:
        """A softirq that waits for what its CPU holds waits for ever: that one cannot go on before it."""
        cpu = self.program.actors[self.actor].cpu if self.actor < self.layout.actors else None
        if cpu is not None and lock.kind != "bit_lock" and self.memory.holds(cpu, where, lock):
            self._incident("deadlock", instr, where, other=cpu)

    def _release(self, instr: Release) -> None:
        memory, me = self.memory, self.actor
        where = self.address(instr.place, instr)
        if self.program.lenient and not self._holds(where, instr):
            return
        if instr.mode == "read":
            mine = me == self.layout.actors or memory.is_reading(where, me)
            memory.set_reading(where, me, False)
        elif instr.mode == "bit":
            mine = memory.owner(where) is not None
            memory.set_owner(where, None)
        else:
            mine = memory.owner(where) == me
            memory.set_owner(where, None)
        memory.note("unlock", where, instr)
        if not mine:
            self._incident("bad-unlock", instr, where)
        if isinstance(instr.place.type, LockType) and instr.place.type.spins:
            memory.set_preempt_count(me, max(0, memory.preempt_count(me) - 1))
            self.left_section()

    def _holds(self, where: int, instr: Release) -> bool:
        memory, me = self.memory, self.actor
        return memory.is_reading(where, me) if instr.mode == "read" else memory.owner(where) == me

    def _downgrade(self, instr: Downgrade) -> None:
        memory = self.memory
        where = self.address(instr.place, instr)
        if memory.owner(where) != self.actor:
            self._incident("bad-unlock", instr, where)
        memory.set_owner(where, None)
        memory.set_reading(where, self.actor, True)
        memory.note("lock", where, instr)

    def held(self) -> tuple[int, ...]:
        """Addresses of the locks that this actor holds."""
        return tuple(cell.address for cell in self.layout.locks if self._holds_cell(cell))

    def _holds_cell(self, cell: Cell) -> bool:
        assert isinstance(cell.type, LockType)
        return self.memory.holds(self.actor, cell.address, cell.type)

    def _is_held(self, instr: AskHeld) -> bool:
        """By this actor, or by anybody; nobody is alone, and need hold nothing."""
        memory, me = self.memory, self.actor
        where = self.address(instr.place, instr)
        lock = instr.place.type
        assert isinstance(lock, LockType)
        if instr.anybody:
            owned, read = memory.owner(where) is not None, lock.shared and bool(memory.readers(where))
        elif me == self.layout.actors:
            return True
        else:
            owned, read = memory.owner(where) == me, lock.shared and memory.is_reading(where, me)
        match instr.how:
            case "write":
                return owned
            case "read":
                return read
            case "any":
                return owned or read

    def _check_order(self, instr: Acquire, where: int) -> None:
        """Taking what stands above something held is an inversion, whether or not it deadlocks here."""
        mine, outer = self.layout.leaf_at[where].key, self.program.outer_locks
        for other in self.layout.locks:  # those that the order does not speak of are not looked at
            if mine in outer.get(other.key, ()) and self._holds_cell(other):
                self._incident("lock-order", instr, where, other.address, held=self.held())
                return

    def _may_sleep(self, instr: Instr, where: int | None = None) -> None:
        if self.memory.is_reader(self.actor):
            self._incident("sleep-in-atomic", instr, where, held=self.held())
        if self.layout.queues and not isinstance(instr, Schedule) and self.memory.asleep(self.actor):
            self._incident("nested-sleep", instr, where)

    # -- what is waited for and given -----------------------------------------------------------

    def _down(self, instr: Down) -> None:
        where = self.address(instr.place, instr)
        if not instr.attempt:
            self._may_sleep(instr, where)
        got = take(self.memory, where, instr.place.type)
        if not got and not instr.attempt:
            raise Blocked(Block("count", where))
        self.memory.note("lock" if got else "read", where, instr)
        if instr.target is not None:
            self._set(instr.target, int(got == completes(instr.place.type)))

    def _up(self, instr: Up) -> None:
        where = self.address(instr.place, instr)
        self.memory.note("unlock", where, instr)
        if instr.all:
            self.memory.set_byte(where, FOR_ALL)
        elif not give(self.memory, where, instr.place.type):
            self._incident("overflow", instr, where, self.memory.byte(where) + 1, instr.place.type)

    def wakeable(self, instr: Instr) -> list[int]:
        """The exclusive sleepers of whom a wake_up wakes one; none of anything else, and where it goes wrong."""
        if not isinstance(instr, WakeUp) or instr.all:
            return []
        try:
            return exclusive_sleepers(self.memory, self.address(instr.place, instr))
        except (Dead, ZeroDivisionError):
            return []

    # -- softirqs -------------------------------------------------------------------------------

    def _switch_softirqs(self, instr: SetBh) -> None:
        memory, me = self.memory, self.actor
        depth, preempt_count = memory.bh_depth(me), memory.preempt_count(me)
        if instr.off:
            memory.set_bh_depth(me, min(255, depth + 1))
            memory.set_preempt_count(me, min(255, preempt_count + 1))
        elif not depth:
            if not self.program.lenient:
                self._incident("unbalanced", instr)
        else:
            memory.set_bh_depth(me, depth - 1)
            memory.set_preempt_count(me, max(0, preempt_count - 1))
            self.left_section()

    # -- RCU ------------------------------------------------------------------------------------

    def _readers(self) -> int:
        """Mask of those whom RCU must wait for."""
        return sum(1 << actor for actor in range(self.layout.actors) if self.memory.is_reader(actor))

    def _rcu_read_unlock(self, instr: Instr) -> None:
        depth = self.memory.rcu_depth(self.actor)
        if not depth:
            if not self.program.lenient:
                self._incident("unbalanced", instr)
            return
        self.memory.set_rcu_depth(self.actor, depth - 1)
        self.left_section()

    def left_section(self) -> None:
        """If this actor is no reader any more, nobody need wait for it."""
        memory, me = self.memory, self.actor
        if me < self.layout.actors and not memory.is_reader(me):
            for head in self.layout.rcu_heads:
                memory.put_bit(head.address + 1, me, False)
            for actor in range(self.layout.actors):
                memory.put_bit(self.layout.header(actor) + SNAPSHOT, me, False)

    def _grace_period(self, instr: GracePeriod) -> None:
        memory = self.memory
        pending = [h.address for h in self.layout.rcu_heads if memory.byte(h.address)]
        ready = [h for h in pending if not memory.mask(h + 1)]
        if not pending:
            raise Blocked(Block("idle"))
        if not ready:
            raise Blocked(Block("readers", pending[0], mask=memory.mask(pending[0] + 1)))
        head = ready[self.choice or 0]
        self._set(instr.which, memory.byte(head))
        self._set(instr.head, memory.pointer_to(head))
        memory.note("write", head, instr)
        memory.set_byte(head, 0)
