"""One execution: instructions applied to a copy of a state, from one visible instruction to the next.

Here and in `sections` is the only place where a state changes, and the only meaning that a step has.
"""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.lang.limits import STEP_WORK
from racewalk.machine.incident import Block, Blocked, Incident
from racewalk.machine.running import Dead
from racewalk.machine.sections import Sections
from racewalk.machine.signals import leave, queue_up, wake
from racewalk.machine.values import bare
from racewalk.program.code import (
    Acquire,
    AddressOf,
    Allocate,
    AskFinished,
    AskHeld,
    AskIrqs,
    AskLive,
    Await,
    Branch,
    CallRcu,
    Check,
    Choose,
    ContainerOf,
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
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
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
    WakeUp,
)
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK, Content, Register
from racewalk.program.words import shown


class Execution(Sections):
    """Runs instructions as one actor. `actor == layout.actors` is nobody: setup, finally, properties."""

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
        except Dead:
            return None
        except ZeroDivisionError:
            self.incidents.append(Incident("division-by-zero", code[self.at]))
            return None
        return None

    # -- instructions ---------------------------------------------------------------------------

    def _execute(self, instr: Instr, at: int) -> int:
        """Do one instruction; the index of the next."""
        memory = self.memory
        match instr:
            case Set(target=target, value=value):
                content = self.value(value)
                if type(value) is not Register or value.type is not target.type:
                    content = self._fitting(content, target.type, instr)
                self._set(target, content)
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
                if memory.irqs_off(self.actor) == off and not (self.program.lenient and not off):
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
            case AskHeld(target=target):
                self._set(target, int(self._is_held(instr)))
            case NextObject():
                self._next_object(instr)
            case MightSleep():
                self._may_sleep(instr)
            case Check(test=test, args=args):
                if not self.number(test):
                    values = tuple((self.value(v), t) for v, t in args)
                    self.incidents.append(Incident("check", instr, values=values))
                    if instr.fatal:
                        raise Dead
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
            raise Dead
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
            raise Dead
        if not memory.is_live(thing) or memory.generation(thing) != pointer >> ADDRESS_BITS:
            self._incident("double-free", instr, thing.address, other=int(memory.is_live(thing)))
        for head in self.layout.rcu_heads:
            if self.layout.owner_of[head.address] is thing and memory.byte(head.address):
                self._incident("rcu-freed-early", instr, head.address)
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
        raise Dead

    def _cpu_finished(self, cpu: int, instr: Instr) -> bool:
        actor = self._actor_of(cpu, instr)
        return self.memory.pc(actor) == self.program.actors[actor].end
