"""Memory and locals that nothing can ever observe are not written: their values tell states apart that behave alike.

Observed is what decides something: a branch, a wait, a check or property, where an access goes, what is freed or asked
for; a value that its place may not hold (the overflow is a finding); a divisor that may be 0. And what flows into
something observed, through locals and memory, is observed as well. What a message shows is not: whether there is a
finding does not depend on it.

    before   a1 page->owner = me       nobody ever reads an owner
    after    a1 (nothing)              or a look at page->owner, where page may lead nowhere, or to what was freed

The step stays, as whatever follows it up to the next step belongs to its moment: `fuse` takes it away where it can.
Locks, RCU, interrupts and the lives of objects are always observed.
"""

from __future__ import annotations

from dataclasses import replace

from racewalk.lang.types import IntType
from racewalk.program.code import AddressOf, Allocate, Check, Instr, Jump, Load, Set, Store, Target, Update
from racewalk.program.layout import Layout, zero
from racewalk.program.program import ActorCode, Program
from racewalk.program.reach import read_in, registers_in
from racewalk.program.reduce.pointees import Pointees
from racewalk.program.reduce.ranges import always_fits, never_divides_by_zero, range_of
from racewalk.program.values import Const, Place, Register


def slice_away(program: Program) -> Program:
    """The program without stores, loads and assignments of what nothing observes."""
    observed = _Observed(program)
    return replace(program, actors=[_slice(actor, observed, program.layout) for actor in program.actors])


class _Observed:
    """The least set of registers and addresses that is closed under what flows into it."""

    def __init__(self, program: Program) -> None:
        own = [actor.setup for actor in program.actors if actor.setup is not None]
        others = (*program.setups, *own, *program.finals, *(probe.code for probe in program.probes))
        codes = [*(code.instrs for code in others), *(actor.instrs for actor in program.actors)]
        self.pointees = Pointees(program, codes)
        self.layout = program.layout
        self.registers: set[Register] = set()
        self.addresses: set[int] = set()
        for probe in program.probes:
            self.registers |= registers_in(probe.value)
        moving = []
        for instr in (instr for code in codes for instr in code):
            self.registers |= _decisive(instr)
            if isinstance(instr, Set | Load | Store | Update | Allocate):
                moving.append(instr)
            if isinstance(instr, Update) and not _update_fits(instr):
                self.addresses |= self.pointees.addresses(instr.place)
        before = -1
        while before != len(self.registers) + len(self.addresses):
            before = len(self.registers) + len(self.addresses)
            for instr in moving:
                self._flow(instr)

    def place(self, place: Place) -> bool:
        """Something may observe what is stored there."""
        return not self.addresses.isdisjoint(self.pointees.addresses(place))

    def initial(self, pool: str, offset: int) -> bool:
        """Likewise of a field of the objects of a pool."""
        return any(thing.address + offset in self.addresses for thing in self.layout.pools[pool])

    def _flow(self, instr: Instr) -> None:
        match instr:
            case Set(target=target, value=value) if target in self.registers:
                self.registers |= registers_in(value)
            case Load(target=target, place=place) if target in self.registers:
                self.addresses |= self.pointees.addresses(place)
            case Store(place=place, value=value) if self.place(place):
                self.registers |= registers_in(value)
            case Update(place=place, target=target) if target in self.registers or self.place(place):
                self.addresses |= self.pointees.addresses(place)
                self.registers |= registers_in((instr.value, instr.expected))
            case Allocate(pool=pool, initial=initial):
                for offset, _, value in initial:
                    if self.initial(pool, offset):
                        self.registers |= registers_in(value)


def _decisive(instr: Instr) -> set[Register]:
    """The registers on which it depends what an instruction does, apart from what it moves."""
    if not _is_silent(instr):
        return read_in(instr)
    match instr:
        case Set() | Allocate():
            return set()
        case Load(place=place) | AddressOf(place=place) | Store(place=place) | Update(place=place):
            return registers_in(place)
        case Check(test=test):
            return registers_in(test)
    return read_in(instr)


def _update_fits(instr: Update) -> bool:
    """It never reports an overflow, whatever was there."""
    t = instr.place.type
    if instr.op in ("cmpxchg", "xchg"):
        return always_fits(instr.value, t)
    return isinstance(t, IntType) and t.wrapping


# -- the smaller code -----------------------------------------------------------------------------


def _slice(actor: ActorCode, observed: _Observed, layout: Layout) -> ActorCode:
    instrs = [_sliced(at, instr, observed, layout) for at, instr in enumerate(actor.instrs)]
    return replace(actor, instrs=instrs)


def _sliced(at: int, instr: Instr, observed: _Observed, layout: Layout) -> Instr:
    """What is left of an instruction. A register that is still named somewhere, as in a message, holds 0."""
    if not _is_silent(instr):
        return instr
    match instr:
        case Set(target=target, value=value) if target not in observed.registers:
            return instr if isinstance(value, Const) else _cleared(instr, target)
        case Load(target=target, place=place) if target not in observed.registers and _is_safe(place, layout):
            return _cleared(instr, target)
        case Store(place=place) if not observed.place(place):
            return _nothing(at, instr) if _is_safe(place, layout) else _look(instr, place)
        case Update(place=place, target=None) if not observed.place(place):
            return _nothing(at, instr) if _is_safe(place, layout) else _look(instr, place)
        case Allocate(pool=pool, initial=initial):
            needed = tuple(part for part in initial if observed.initial(pool, part[0]))  # the rest is 0
            return instr if len(needed) == len(initial) else replace(instr, initial=needed)
    return instr


def _is_silent(instr: Instr) -> bool:
    """Computing and storing the values reports nothing; whether the access does is another question."""
    match instr:
        case Set(target=target, value=value):
            fits = always_fits(value, target.type)
        case Store(place=place, value=value):
            fits = always_fits(value, place.type)
        case Update():
            fits = _update_fits(instr)
        case Allocate(initial=initial):
            fits = all(always_fits(value, t) for _, t, value in initial)
        case _:
            fits = True
    return fits and never_divides_by_zero(instr)


def _cleared(instr: Instr, target: Register) -> Instr:
    return _in_place_of(instr, Set(instr.site, target, Const(zero(target.type))))


def _nothing(at: int, instr: Instr) -> Instr:
    return _in_place_of(instr, Jump(instr.site, Target(at + 1)))


def _look(instr: Instr, place: Place) -> Instr:
    """The access without the store: what may go wrong with it still does."""
    unread = Register("", place.type, instr.site.function, temporary=True)
    return _in_place_of(instr, Load(instr.site, unread, place))


def _in_place_of(instr: Instr, new: Instr) -> Instr:
    return replace(new, region=instr.region, observe=instr.observe, visible=instr.visible, work=instr.work)


def _is_safe(place: Place, layout: Layout) -> bool:
    """Nothing can go wrong with an access there: it leads to a global, and inside of its arrays."""
    if not isinstance(place.base, int):
        return False
    owner = layout.owner_of.get(place.base)
    if owner is None or owner.life is not None:
        return False
    ranges = [(range_of(index.value), index.length) for index in place.indexes]
    return all(room is not None and room[0] >= 0 and room[1] < length for room, length in ranges)
