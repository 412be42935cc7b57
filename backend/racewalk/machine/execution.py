"""One execution: instructions applied to a copy of a state, from one visible instruction to the next.

This is the only place where a state changes, and the only meaning that a step has.
"""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.lang.limits import STEP_WORK
from racewalk.lang.types import LockType, Type
from racewalk.machine.incident import FATAL, Block, Blocked, Incident, IncidentKind
from racewalk.machine.memory import Memory
from racewalk.machine.signals import exclusive_sleepers, give, leave, queue_up, take, wake
from racewalk.machine.values import bare, evaluate
from racewalk.program.code import (
    ADDRESS_BITS,
    ADDRESS_MASK,
    Acquire,
    AddressOf,
    Allocate,
    AskFinished,
    AskIrqs,
    AskLive,
    Await,
    Branch,
    CallRcu,
    Check,
    Choose,
    ContainerOf,
    Content,
    Cover,
    Down,
    Downgrade,
    End,
    Enter,
    FinishWait,
    Free,
    GracePeriod,
    Instr,
    Jump,
    Load,
    MightSleep,
    NextObject,
    Place,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Register,
    Reinit,
    Release,
    Schedule,
    Set,
    SetBh,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Up,
    Update,
    Value,
    WakeUp,
)
from racewalk.program.fit import fit
from racewalk.program.layout import FOR_ALL, SNAPSHOT, completes
from racewalk.program.program import Program
from racewalk.program.words import shown


class _Dead(Exception):
    """A fatal incident has been recorded: the path ends here."""


class Execution:
    """Runs instructions as one actor. `actor == layout.actors` is nobody: setup, finally, properties."""

    def __init__(self, program: Program, memory: Memory, actor: int, choice: int | None = None) -> None:
        self.program = program
        self.layout = program.layout
        self.memory = memory
        self.actor = actor
        self.choice = choice
        self.registers: dict[Register, Content] = {}
        self.incidents: list[Incident] = []
        self.covers: list[str] = []
        self.at = 0
        self.work = 0

    def run(self, code: Sequence[Instr], start: int, limit: int = STEP_WORK) -> int | None:
        """Execute from `start` to the next visible instruction or the end; its index, None when dead.

        Raises Blocked; the memory is then worthless. `at` is the last instruction tried, `work` all that was done.
        """
        self.at = start
        try:
            while self.work <= limit:
                instr = code[self.at]
                if isinstance(instr, End):
                    return self.at
                self.work += instr.work
                self.at = self._execute(instr, self.at)
                if code[self.at].visible:
                    return self.at
            self._incident("endless-step", code[self.at], other=limit)
        except _Dead:
            return None
        except ZeroDivisionError:
            self.incidents.append(Incident("division-by-zero", code[self.at]))
            return None
        return None

    def value(self, value: Value) -> Content:
        return evaluate(value, self._register)

    def number(self, value: Value) -> int:
        content = evaluate(value, self._register)
        assert isinstance(content, int)
        return content

    # -- registers ------------------------------------------------------------------------------

    def _register(self, register: Register) -> Content:
        if register.slot is not None:
            return self.memory.read(register.slot, register.type)
        return self.registers[register]

    def _set(self, register: Register, value: Content) -> None:
        """The value fits the register's type."""
        if register.slot is not None:
            self.memory.write(register.slot, register.type, value)
        else:
            self.registers[register] = value

    # -- trouble --------------------------------------------------------------------------------

    def _incident(
        self,
        kind: IncidentKind,
        instr: Instr,
        address: int | None = None,
        other: int | None = None,
        t: Type | None = None,
        held: tuple[int, ...] = (),
    ) -> None:
        self.incidents.append(Incident(kind, instr, address, other, t, held=held))
        if kind in FATAL:
            raise _Dead

    def _fitting(self, value: Content, t: Type, instr: Instr, address: int | None = None) -> Content:
        """The value as it is stored; what does not fit is reported."""
        stored, whole = fit(value, t)
        if not whole:
            self._incident("overflow", instr, address, value if isinstance(value, int) else None, t)
        return stored

    # -- places ---------------------------------------------------------------------------------

    def address(self, place: Place, instr: Instr, access: bool = True) -> int:
        """Where a place is now; following a pointer checks that what it points to still lives."""
        if isinstance(place.base, int):
            at, generation = place.base, None
        else:
            pointer = self.number(place.base)
            if not pointer:
                self._incident("null-dereference", instr)
            at, generation = pointer & ADDRESS_MASK, pointer >> ADDRESS_BITS
        owner = self.layout.owner_of.get(at)
        if owner is None:
            self._incident("wild-access", instr, at)
            raise _Dead
        at += place.offset
        for index in place.indexes:
            number = self.number(index.value)
            if not 0 <= number < index.length:
                self._incident("index-out-of-range", instr, at, number)
            at += number * index.stride
        if access and owner.life is not None and not instr.observe:
            stale = generation is not None and generation != self.memory.generation(owner)
            if stale or not self.memory.is_live(owner):
                self._incident("use-after-free", instr, at, other=int(self.memory.is_live(owner)))
        return at

    def _pointer(self, place: Place, instr: Instr) -> int:
        """A pointer to a place: of the generation of the pointer that led there."""
        at = self.address(place, instr, access=False)
        if isinstance(place.base, int):
            return self.memory.pointer_to(at)
        return at | (self.number(place.base) >> ADDRESS_BITS) << ADDRESS_BITS

    # -- instructions ---------------------------------------------------------------------------

    def _execute(self, instr: Instr, at: int) -> int:
        """Do one instruction; the index of the next."""
        memory = self.memory
        match instr:
            case Set(target=target, value=value):
                self._set(target, self._fitting(self.value(value), target.type, instr))
            case Branch(test=test, then=then, other=other):
                return then.index if self.number(test) else other.index
            case Jump(to=to):
                return to.index
            case Load(target=target, place=place):
                where = self.address(place, instr)
                memory.note("read", where, instr)
                self._set(target, memory.read(where, place.type))
            case Store(place=place, value=value):
                where = self.address(place, instr)
                content = self._fitting(self.value(value), place.type, instr, where)
                memory.note("write", where, instr)
                memory.write(where, place.type, content)
            case Update():
                self._update(instr)
            case AddressOf(target=target, place=place):
                self._set(target, self._pointer(place, instr))
            case ContainerOf():
                self._container_of(instr)
            case Acquire():
                self._acquire(instr)
            case Release():
                self._release(instr)
            case Downgrade():
                self._downgrade(instr)
            case Down():
                self._down(instr)
            case Up():
                self._up(instr)
            case Reinit(place=place):
                where = self.address(place, instr)
                memory.note("unlock", where, instr)
                memory.set_byte(where, 0)
            case PrepareToWait(place=place, exclusive=exclusive):
                where = self.address(place, instr)
                memory.note("lock", where, instr)
                queue_up(memory, where, self.actor, exclusive)
            case Schedule():
                self._may_sleep(instr)
                if memory.asleep(self.actor):
                    raise Blocked(Block("sleep", mask=1 << self.actor))
            case FinishWait(place=place):
                where = self.address(place, instr)
                memory.note("unlock", where, instr)
                leave(memory, where, self.actor)
            case WakeUp(place=place, all=everybody):
                where = self.address(place, instr)
                memory.note("unlock", where, instr)
                wake(memory, where, everybody, self.choice or 0)
            case RcuReadLock():
                memory.set_rcu_depth(self.actor, min(255, memory.rcu_depth(self.actor) + 1))
            case RcuReadUnlock():
                self._rcu_read_unlock(instr)
            case SetIrqs(off=off):
                if memory.irqs_off(self.actor) == off:
                    self._incident("unbalanced", instr)
                memory.set_irqs_off(self.actor, off)
                self.left_section()
            case SetBh():
                self._switch_softirqs(instr)
            case CallRcu(place=place, function=function):
                where = self.address(place, instr)
                if memory.byte(where):
                    self._incident("double-call-rcu", instr, where)
                memory.note("write", where, instr)
                memory.set_byte(where, function)
                memory.set_mask(where + 1, self._readers())
            case SynchronizeRcu(begin=True):
                memory.set_snapshot(self.actor, self._readers() & ~(1 << self.actor))
                self._may_sleep(instr)
            case SynchronizeRcu():
                waiting = memory.snapshot(self.actor)
                if waiting:
                    raise Blocked(Block("readers", mask=waiting))
            case GracePeriod():
                self._grace_period(instr)
            case Allocate():
                self._allocate(instr)
            case Free():
                self._free(instr)
            case Await(test=test, span=span):
                if not self.number(test):
                    raise Blocked(Block("await", text=shown(span)))
            case Choose(target=target):
                self._set(target, self.choice or 0)
            case AskFinished(target=target, cpu=cpu):
                self._set(target, int(self._cpu_finished(self.number(cpu), instr)))
            case AskIrqs(target=target, cpu=cpu):
                actor = self._actor_of(self.number(cpu), instr)
                on_it = (actor, *self.program.actors[actor].softirqs)
                self._set(target, int(not any(memory.irqs_off(a) for a in on_it)))
            case AskLive(target=target, pointer=pointer):
                self._set(target, int(self._lives(self.number(pointer))))
            case NextObject():
                self._next_object(instr)
            case MightSleep():
                self._may_sleep(instr)
            case Check(test=test, args=args):
                if not self.number(test):
                    values = tuple((self.value(v), t) for v, t in args)
                    self.incidents.append(Incident("check", instr, values=values))
                    if instr.fatal:
                        raise _Dead
            case Cover(text=text):
                self.covers.append(text)
            case Enter():
                pass
        return at + 1

    def _update(self, instr: Update) -> None:
        memory, t = self.memory, instr.place.type
        where = self.address(instr.place, instr)
        old, given = memory.read(where, t), self.value(instr.value)
        memory.note("read", where, instr)
        result: Content = old
        new: Content | None = given
        if instr.op not in ("cmpxchg", "xchg"):
            assert isinstance(old, int)
            assert isinstance(given, int)
            new = old | given if instr.op == "or" else old + given
        match instr.op:
            case "inc_not_zero":
                result = int(old != 0)
                new = new if old else None
            case "dec_and_test":
                result = int(new == 0)
            case "cmpxchg":
                assert instr.expected is not None
                if bare(old, t) != bare(self.value(instr.expected), t):
                    new = None
        if new is not None:
            memory.note("write", where, instr)
            memory.write(where, t, self._fitting(new, t, instr, where))
        if instr.target is not None:
            self._set(instr.target, result)

    def _container_of(self, instr: ContainerOf) -> None:
        pointer = self.number(instr.pointer)
        if not pointer:
            self._incident("null-dereference", instr)
        struct = self.program.checked.structs[instr.struct]
        at = (pointer & ADDRESS_MASK) - instr.offset
        if not self.layout.is_at(at, struct):
            self._incident("wild-access", instr, pointer & ADDRESS_MASK)
        self._set(instr.target, at | pointer >> ADDRESS_BITS << ADDRESS_BITS)

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

    def _downgrade(self, instr: Downgrade) -> None:
        memory = self.memory
        where = self.address(instr.place, instr)
        if memory.owner(where) != self.actor:
            self._incident("bad-unlock", instr, where)
        memory.set_owner(where, None)
        memory.set_reading(where, self.actor, True)
        memory.note("lock", where, instr)

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
        except (_Dead, ZeroDivisionError):
            return []

    def held(self) -> tuple[int, ...]:
        """Addresses of the locks that this actor holds."""
        found = []
        for cell in self.layout.locks:
            assert isinstance(cell.type, LockType)
            if self.memory.holds(self.actor, cell.address, cell.type):
                found.append(cell.address)
        return tuple(found)

    def _check_order(self, instr: Acquire, where: int) -> None:
        """Taking what stands above something held is an inversion, whether or not it deadlocks here."""
        mine = self.layout.leaf_at[where].key
        for other in self.held():
            if mine in self.program.outer_locks.get(self.layout.leaf_at[other].key, ()):
                self._incident("lock-order", instr, where, other, held=self.held())
                return

    def _may_sleep(self, instr: Instr, where: int | None = None) -> None:
        if self.memory.is_reader(self.actor):
            self._incident("sleep-in-atomic", instr, where, held=self.held())
        if self.layout.queues and not isinstance(instr, Schedule) and self.memory.asleep(self.actor):
            self._incident("nested-sleep", instr, where)

    # -- softirqs -------------------------------------------------------------------------------

    def _switch_softirqs(self, instr: SetBh) -> None:
        memory, me = self.memory, self.actor
        depth, preempt_count = memory.bh_depth(me), memory.preempt_count(me)
        if instr.off:
            memory.set_bh_depth(me, min(255, depth + 1))
            memory.set_preempt_count(me, min(255, preempt_count + 1))
        elif not depth:
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

    # -- objects --------------------------------------------------------------------------------

    def _allocate(self, instr: Allocate) -> None:
        memory = self.memory
        objects = self.layout.pools[instr.pool]
        free = [o for o in objects if not memory.is_live(o)]
        fresh = [] if instr.reuse else [o for o in free if not memory.was_used(o)]
        used = [o for o in free if memory.was_used(o)]
        thing = next(iter(fresh + used), None)
        if thing is None:
            if instr.reuse:
                raise Blocked(Block("pool", text=instr.pool))
            self._incident("pool-exhausted", instr, objects[0].address, other=len(objects))
            raise _Dead
        initial = [(offset, t, self.value(v)) for offset, t, v in instr.initial]
        memory.bring_to_life(thing)
        memory.note("alloc", thing.address, instr)
        for offset, t, content in initial:
            where = thing.address + offset
            memory.write(where, t, self._fitting(content, t, instr, where))
        self._set(instr.target, memory.pointer_to(thing.address))

    def _free(self, instr: Free) -> None:
        memory = self.memory
        pointer = self.number(instr.pointer)
        if not pointer:
            return
        thing = self.layout.owner_of.get(pointer & ADDRESS_MASK)
        if thing is None or thing.life is None or thing.address != pointer & ADDRESS_MASK:
            self._incident("bad-free", instr, pointer & ADDRESS_MASK)
            raise _Dead
        if not memory.is_live(thing) or memory.generation(thing) != pointer >> ADDRESS_BITS:
            self._incident("double-free", instr, thing.address, other=int(memory.is_live(thing)))
        memory.note("free", thing.address, instr)
        memory.end_life(thing)

    def _lives(self, pointer: int) -> bool:
        owner = self.layout.owner_of.get(pointer & ADDRESS_MASK)
        if not pointer or owner is None:
            return False
        if owner.life is None:
            return True
        return self.memory.is_live(owner) and self.memory.generation(owner) == pointer >> ADDRESS_BITS

    def _next_object(self, instr: NextObject) -> None:
        after = self.number(instr.after) & ADDRESS_MASK if instr.after is not None else 0
        for address in instr.addresses:
            if address > after and self.memory.is_live(self.layout.owner_of[address]):
                self._set(instr.target, self.memory.pointer_to(address))
                return
        self._set(instr.target, 0)

    # -- other CPUs -----------------------------------------------------------------------------

    def _actor_of(self, cpu: int, instr: Instr) -> int:
        for actor in self.program.actors:
            if actor.number == cpu:
                return actor.index
        self._incident("index-out-of-range", instr, None, cpu)
        raise _Dead

    def _cpu_finished(self, cpu: int, instr: Instr) -> bool:
        actor = self._actor_of(cpu, instr)
        return self.memory.pc(actor) == self.program.actors[actor].end
