"""The meaning of each instruction, said a second time: as operations on bytes.

`racewalk.machine.execution` is the first; the two share no code above the layout of the state.
An instruction that this module does not know is refused.
"""

from __future__ import annotations

from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    NotExpressible,
    Num,
    among,
    differs,
    low,
    no,
    operate,
    plus,
    same,
)
from racewalk.explain.promela.objects import Objects
from racewalk.explain.promela.ops import Die, Note, Wait
from racewalk.explain.promela.signals import CHOICE
from racewalk.explain.promela.values import alike, choose
from racewalk.program.code import (
    Acquire,
    AddressOf,
    Allocate,
    AskFinished,
    AskHeld,
    AskIrqs,
    AskLive,
    Await,
    CallRcu,
    Check,
    Choose,
    ContainerOf,
    Cover,
    Down,
    Downgrade,
    Enter,
    FinishWait,
    Free,
    GracePeriod,
    Instr,
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
from racewalk.program.layout import (
    ASLEEP,
    BH_DEPTH,
    EXCLUSIVE,
    IRQS_OFF,
    PREEMPT_COUNT,
    RCU_DEPTH,
    SNAPSHOT,
)
from racewalk.program.values import ADDRESS_MASK


class Instructions(Objects):
    """Translates for one actor; `actor == ground.nobody` is setup, finally, properties."""

    def execute(self, instr: Instr) -> None:
        """Everything but jumps."""
        match instr:
            case Set(target=target, value=value):
                self.set(target, self.fitting(self.value(value), target.type))
            case Load(target=target, place=place):
                self.set(target, self.read(self.address(place, instr), place.type))
            case Store(place=place, value=value):
                where = self.address(place, instr)
                self.write(where, place.type, self.fitting(self.value(value), place.type))
            case Update():
                self._update(instr)
            case AddressOf(target=target, place=place):
                self.set(target, self.pointer_to_place(place, instr))
            case ContainerOf():
                self._container_of(instr)
            case Acquire():
                self.acquire(instr)
            case Release():
                self.release(instr)
            case Downgrade():
                self.downgrade(instr)
            case Down():
                self.down(instr)
            case Up():
                self.up(instr)
            case Reinit(place=place):
                self.put(self.address(place, instr), NO)
            case PrepareToWait(place=place, exclusive=exclusive):
                where = self.address(place, instr)
                self.put_bit(where, self.actor, YES)
                self.put_bit(plus(where, EXCLUSIVE), self.actor, Num(int(exclusive)))
                self.put(self.header(self.actor, ASLEEP), YES)
            case Schedule():
                self.ops.append(Note("sleep-in-atomic", self.is_reader(self.actor)))
                self.ops.append(Wait(no(self.own(ASLEEP))))
            case FinishWait(place=place):
                where = self.address(place, instr)
                self.put_bit(where, self.actor, NO)
                self.put_bit(plus(where, EXCLUSIVE), self.actor, NO)
                self.put(self.header(self.actor, ASLEEP), NO)
            case WakeUp():
                self.wake_up(instr)
            case RcuReadLock():
                self.count_up(RCU_DEPTH)
            case RcuReadUnlock():
                depth = self.keep(self.own(RCU_DEPTH))
                self.ops.append(Note("unbalanced", same(depth, NO)))
                self.count_down(RCU_DEPTH)
                self.left_section(only_if=depth)
            case SetIrqs(off=off):
                self.ops.append(Note("unbalanced", same(self.irqs_off(self.actor), Num(int(off)))))
                self.put(self.header(self.actor, IRQS_OFF), Num(int(off)))
                self.left_section()
            case SetBh(off=True):
                self.count_up(BH_DEPTH)
                self.count_up(PREEMPT_COUNT)
            case SetBh():
                depth = self.keep(self.own(BH_DEPTH))
                self.ops.append(Note("unbalanced", same(depth, NO)))
                self.count_down(BH_DEPTH)
                self.count_down(PREEMPT_COUNT, only_if=depth)
                self.left_section(only_if=depth)
            case CallRcu(place=place, function=function):
                where = self.address(place, instr)
                self.ops.append(Note("double-call-rcu", differs(Byte(where), NO)))
                self.put(where, Num(function))
                self.put_half(plus(where, 1), self.readers())
            case SynchronizeRcu(begin=True):
                others = low(self.readers(), 0xFFFF & ~(1 << self.actor))
                self.put_half(self.header(self.actor, SNAPSHOT), others)
                self.may_sleep()
            case SynchronizeRcu():
                self.ops.append(Wait(same(self.half(self.header(self.actor, SNAPSHOT)), NO)))
            case GracePeriod():
                self.grace_period(instr)
            case Allocate():
                self.allocate(instr)
            case Free():
                self.free(instr)
            case Await(test=test):
                self.ops.append(Wait(self.number(test)))
            case Choose(target=target):
                self.set(target, CHOICE)
            case AskFinished(target=target, cpu=cpu):
                self.set(target, self.of_cpu(self.number(cpu), self.finished))
            case AskIrqs(target=target, cpu=cpu):
                self.set(target, self.of_cpu(self.number(cpu), self.irqs_are_on))
            case AskLive(target=target, pointer=pointer):
                self.set(target, self.lives(self.keep(self.number(pointer))))
            case AskHeld(target=target):
                self.set(target, self.is_held(instr))
            case NextObject():
                self.next_object(instr)
            case MightSleep():
                self.may_sleep()
            case Check(test=test, kind=kind, fatal=fatal):
                self.ops.append((Die if fatal else Note)(kind, no(self.number(test))))
            case Cover() | Enter():
                pass
            case _:
                raise NotExpressible(f"no export knows the instruction {type(instr).__name__} yet")

    def _update(self, instr: Update) -> None:
        t = instr.place.type
        where = self.address(instr.place, instr)
        old, given = self.keep_all(self.read(where, t)), self.keep_all(self.value(instr.value))
        result, new = old, given
        writes: Expr = YES
        if instr.op not in ("cmpxchg", "xchg"):
            assert not isinstance(old, tuple)
            assert not isinstance(given, tuple)
            new = operate("|" if instr.op == "or" else "+", old, given)
            if instr.op == "inc_not_zero":
                result = writes = differs(old, NO)
            if instr.op == "dec_and_test":
                result = same(new, NO)
        elif instr.op == "cmpxchg":
            assert instr.expected is not None
            writes = self.keep(alike(old, self.value(instr.expected), t))
        self.write(where, t, self.fitting(choose(writes, new, old), t))
        if instr.target is not None:
            self.set(instr.target, result)

    def _container_of(self, instr: ContainerOf) -> None:
        pointer = self.keep(self.number(instr.pointer))
        self.ops.append(Die("null-dereference", same(pointer, NO)))
        struct = self.ground.program.checked.structs[instr.struct]
        at = self.keep(operate("-", low(pointer, ADDRESS_MASK), Num(instr.offset)))
        places = sorted(self.ground.program.layout.typed.get(id(struct), ()))
        self.ops.append(Die("wild-access", no(among(at, places))))
        self.set(instr.target, operate("|", low(at, ADDRESS_MASK), low(pointer, ~ADDRESS_MASK & 0xFFFF)))
