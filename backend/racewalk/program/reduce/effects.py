"""What one instruction does to what is known of an actor, and to the deeds of its step.

`machine.execution` is what an instruction means. Here the same is said as far as it can be said without knowing what
the others do: a value is known or not, and whatever the machine might report then counts as reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from racewalk.lang.types import IntType, LockType, Type
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
    Enter,
    FinishWait,
    Free,
    GracePeriod,
    Instr,
    Jump,
    Load,
    LockMode,
    MightSleep,
    NextObject,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Reinit,
    Release,
    Schedule,
    Set,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Up,
    Update,
    WakeUp,
)
from racewalk.program.fit import fit
from racewalk.program.layout import Layout
from racewalk.program.program import Program
from racewalk.program.reach import assigned_in, registers_in
from racewalk.program.reduce.deeds import Deeds, LockDeed, Mode
from racewalk.program.reduce.known import NOT_ZERO, Knowledge, Known, true_or_false, whole
from racewalk.program.reduce.pointees import Pointees
from racewalk.program.reduce.ranges import always_fits, never_divides_by_zero, range_of
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK, Content, Place, Register, Value


class NotUnderstood(Exception):
    """An instruction of which nothing is known here."""


class Dead(Exception):
    """Here the run has certainly ended, with a finding."""


Name = tuple[Value, int] | None


class Holding(NamedTuple):
    """A lock that the actor may hold; `sure`: certainly does. `name`: a pointer plus offset that leads to it."""

    addresses: frozenset[int]
    mode: LockMode
    sure: bool
    name: Name


@dataclass(slots=True)
class Now:
    """What is known while an instruction is done; `forks`: the same for further outcomes of it."""

    known: Knowledge
    held: list[Holding]
    depth: int  # of RCU sections
    spinning: int  # the preempt count: of locks that spin
    irqs_off: bool
    deeds: Deeds
    forks: list[Now] = field(default_factory=list)

    def copy(self) -> Now:
        return Now(self.known.copy(), list(self.held), self.depth, self.spinning, self.irqs_off, self.deeds)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the same for all actors. `constants`: what cells that nobody writes in the race hold."""

    program: Program
    pointees: Pointees
    constants: dict[int, Content]

    @property
    def layout(self) -> Layout:
        return self.program.layout


class Effects:
    """Of the instructions of one actor; `actor` is its index."""

    def __init__(self, facts: Facts, actor: int) -> None:
        self.facts = facts
        self.layout = facts.layout
        self.actor = actor
        self._safe: dict[Instr, bool] = {}

    def apply(self, instr: Instr, at: int, now: Now) -> list[tuple[int, Now]]:
        """Where control can go, and what is known there. Raises Dead, NotUnderstood."""
        if instr not in self._safe:
            self._safe[instr] = never_divides_by_zero(instr)
        if not self._safe[instr]:
            now.deeds.reports = True
        try:
            if isinstance(instr, Branch):
                return self._branch(instr, now)
            if isinstance(instr, Jump):
                return [(instr.to.index, now)]
            self._do(instr, now)
        except ZeroDivisionError:
            now.deeds.reports = True
            raise Dead from None
        return [(at + 1, way) for way in (now, *now.forks)]

    def _branch(self, instr: Branch, now: Now) -> list[tuple[int, Now]]:
        test = true_or_false(now.known.of(instr.test))
        if test is not None:
            return [(instr.then.index if test else instr.other.index, now)]
        other = now.copy()
        now.known.learn(instr.test, True)
        other.known.learn(instr.test, False)
        return [(instr.then.index, now), (instr.other.index, other)]

    def _do(self, instr: Instr, now: Now) -> None:
        deeds = now.deeds
        match instr:
            case Set(target=target, value=value):
                self._assign(target, self._fitting(value, target.type, now), now, value)
            case Load(target=target, place=place):
                self._assign(target, self._content(place, self._access(place, "R", instr, now)), now)
            case Store(place=place, value=value):
                self._access(place, "W", instr, now)
                self._fitting(value, place.type, now)
            case Update():
                self._update(instr, now)
            case AddressOf(target=target, place=place):
                self._assign(target, self._pointer(place, now), now)
            case ContainerOf():
                self._container_of(instr, now)
            case Acquire():
                self._acquire(instr, now)
            case Release():
                self._release(instr, now)
            case Downgrade(place=place):
                self._access(place, None, instr, now)
                deeds.reports = deeds.held = deeds.fixed = True
                self._lose(self._addresses(place, now), now)
                for address in self._addresses(place, now):
                    deeds.locks |= {LockDeed("drop", address, "write"), LockDeed("take", address, "read", True)}
                    now.held.append(Holding(frozenset({address}), "read", False, None))
            case RcuReadLock():
                deeds.becomes_reader |= not self._reads(now)
                now.depth += 1
            case RcuReadUnlock():
                deeds.reports |= not now.depth
                deeds.leaves_reader = True
                now.depth = max(0, now.depth - 1)
            case SetIrqs(off=off):
                deeds.reports |= now.irqs_off == off
                deeds.becomes_reader |= off and not self._reads(now)
                deeds.leaves_reader |= not off
                deeds.touch("W", ("irqs", self.actor))
                now.irqs_off = off
            case CallRcu(place=place):
                self._access(place, "W", instr, now)
                deeds.fixed = deeds.reports = True
            case SynchronizeRcu(begin=begin):
                deeds.fixed = deeds.reports = deeds.held = True
                deeds.blocks |= not begin
            case GracePeriod() | Await() | Choose():
                # A choice is made where the step begins, so a step that chooses is never in the middle of one.
                deeds.fixed = deeds.blocks = True
            case Down() | Up() | Reinit() | PrepareToWait() | FinishWait() | WakeUp():
                self._access(instr.place, "R", instr, now)
                self._access(instr.place, "W", instr, now)
                deeds.fixed = deeds.blocks = deeds.reports = True
            case Schedule():
                deeds.fixed = deeds.blocks = deeds.reports = True
            case Allocate(pool=pool):
                deeds.fixed = deeds.reports = True
                for thing in self.layout.pools[pool]:
                    self._change_life(thing.address, now)
                    for leaf in thing.cell.leaves():
                        deeds.touch("W", leaf.address)
                deeds.blocks |= instr.reuse
            case Free(pointer=pointer):
                deeds.fixed = deeds.reports = True
                for address in self.facts.pointees.of(pointer):
                    self._change_life(address, now)
            case AskFinished(cpu=cpu) | AskIrqs(cpu=cpu):
                self._ask("end" if isinstance(instr, AskFinished) else "irqs", cpu, now)
            case AskLive() | NextObject():
                for thing in self.layout.objects:
                    if thing.life is not None:
                        deeds.touch("R", thing.life)
            case AskHeld(place=place):
                self._access(place, None, instr, now)
                deeds.fixed = deeds.held = True
            case MightSleep():
                self._may_sleep(now)
            case Check(test=test, fatal=fatal):
                passed = true_or_false(now.known.of(test))
                deeds.reports |= not passed
                if passed is False and fatal:
                    raise Dead
                if fatal:
                    now.known.learn(test, True)
            case Cover() | Enter():
                pass
            case _:
                raise NotUnderstood(type(instr).__name__)
        if not isinstance(instr, Set | Load | AddressOf | ContainerOf | Acquire):
            made = isinstance(instr, Allocate)
            for target in assigned_in(instr):
                self._assign(target, NOT_ZERO if made else None, now)

    # -- values -----------------------------------------------------------------------------------

    def _fitting(self, value: Value, t: Type, now: Now) -> Known:
        """The value as it is stored; what may not fit is reported."""
        content = whole(found := now.known.of(value))
        if content is not None:
            stored, complete = fit(content, t)
            now.deeds.reports |= not complete
            return stored
        if always_fits(value, t):
            return found
        now.deeds.reports = True
        return None

    def _assign(self, target: Register, content: Known, now: Now, source: Value | None = None) -> None:
        now.known.assign(target, content, source)
        now.held = [
            h._replace(name=None) if h.name is not None and target in registers_in(h.name[0]) else h for h in now.held
        ]

    # -- places -----------------------------------------------------------------------------------

    def _addresses(self, place: Place, now: Now) -> frozenset[int]:
        """All addresses that the place may be here."""
        base = place.base if isinstance(place.base, int) else whole(now.known.of(place.base))
        if not isinstance(base, int):
            return self.facts.pointees.addresses(place)
        ways: list[Iterable[int]] = []
        for index in place.indexes:
            number = now.known.of(index.value)
            numbers = (number,) if isinstance(number, int) else range(index.length)
            ways.append([n * index.stride for n in numbers])
        return frozenset((base & ADDRESS_MASK) + place.offset + sum(way) for way in product(*ways))

    def _follow(self, place: Place, now: Now) -> None:
        """What may go wrong on the way to a place, apart from its being freed."""
        if not isinstance(place.base, int):
            base = now.known.of(place.base)
            now.deeds.reports |= base is None
            now.known.learn(place.base, True)  # else the run has ended
            if isinstance(base, int) and (base & ADDRESS_MASK) not in self.layout.owner_of:
                now.deeds.reports = True
                raise Dead
        for index in place.indexes:
            number, room = now.known.of(index.value), range_of(index.value)
            if isinstance(number, int):
                if not 0 <= number < index.length:
                    now.deeds.reports = True
                    raise Dead
            elif room is None or room[0] < 0 or room[1] >= index.length:
                now.deeds.reports = True

    def _access(self, place: Place, mode: Mode | None, instr: Instr, now: Now) -> frozenset[int]:
        """Touch a place; the addresses that it may be. What lies in a pool may have been freed."""
        self._follow(place, now)
        addresses = self._addresses(place, now)
        for address in addresses:
            if mode is not None:
                now.deeds.touch(mode, address)
            owner = self.layout.owner_of.get(address)
            if owner is not None and owner.life is not None and not instr.observe:
                now.deeds.touch("R", owner.life)
                now.deeds.reports = True
        return addresses

    def _content(self, place: Place, addresses: frozenset[int]) -> Known:
        """What a place holds, where that never changes."""
        found = {self.facts.constants.get(address) for address in addresses}
        return found.pop() if len(found) == 1 else None

    def _pointer(self, place: Place, now: Now) -> Known:
        self._follow(place, now)
        addresses = self._addresses(place, now)
        if len(addresses) != 1:
            return NOT_ZERO
        (address,) = addresses
        owner = self.layout.owner_of.get(address)
        return address if owner is not None and owner.life is None else NOT_ZERO

    def _container_of(self, instr: ContainerOf, now: Now) -> None:
        pointer = now.known.of(instr.pointer)
        result: Known = NOT_ZERO
        if isinstance(pointer, int):
            at = (pointer & ADDRESS_MASK) - instr.offset
            if not pointer or not self.layout.is_at(at, self.facts.program.checked.structs[instr.struct]):
                now.deeds.reports = True
                raise Dead
            result = at | pointer >> ADDRESS_BITS << ADDRESS_BITS
        else:
            now.deeds.reports |= pointer is None
        self._assign(instr.target, result, now)

    def _update(self, instr: Update, now: Now) -> None:
        t = instr.place.type
        self._access(instr.place, "R", instr, now)
        self._access(instr.place, "W", instr, now)
        if instr.op in ("cmpxchg", "xchg"):
            fits = always_fits(instr.value, t)
        else:
            fits = isinstance(t, IntType) and t.wrapping
        now.deeds.reports |= not fits

    # -- locks ------------------------------------------------------------------------------------

    def _reads(self, now: Now) -> bool:
        """RCU has to wait for the actor."""
        return bool(now.depth or now.spinning or now.irqs_off)

    def _may_sleep(self, now: Now) -> None:
        # Whether the actor stands in a wait queue, asleep, is not followed up.
        if self._reads(now) or self.layout.queues:
            now.deeds.reports = now.deeds.held = True

    def _acquire(self, instr: Acquire, now: Now) -> None:
        addresses, deeds = self._access(instr.place, None, instr, now), now.deeds
        lock = instr.place.type
        assert isinstance(lock, LockType)
        if not instr.attempt:
            if any(holding.addresses & addresses for holding in now.held) or self._may_invert(addresses, now):
                deeds.reports = deeds.held = True
            if not lock.spins:
                self._may_sleep(now)
        deeds.locks |= {LockDeed("take", address, instr.mode, instr.attempt) for address in addresses}
        if lock.spins:
            deeds.becomes_reader |= not self._reads(now)
        if instr.attempt:
            failed = now.copy()
            if instr.target is not None:
                self._assign(instr.target, 0, failed)
            now.forks.append(failed)
        now.held.append(Holding(addresses, instr.mode, True, self._name(instr.place, now)))
        now.spinning += lock.spins
        if instr.target is not None:
            self._assign(instr.target, 1, now)

    def _may_invert(self, addresses: frozenset[int], now: Now) -> bool:
        """Taking one of these locks may be against the lock order."""
        mine = {self.layout.leaf_at[address].key for address in addresses}
        held = {self.layout.leaf_at[address].key for holding in now.held for address in holding.addresses}
        return any(mine & self.facts.program.outer_locks.get(key, frozenset()) for key in held)

    def _release(self, instr: Release, now: Now) -> None:
        addresses, name = self._access(instr.place, None, instr, now), self._name(instr.place, now)
        match_ = next(
            (
                holding
                for holding in now.held
                if holding.mode == instr.mode
                and (
                    (len(addresses) == 1 and holding.addresses == addresses)
                    or (name is not None and holding.name == name)
                )
            ),
            None,
        )
        lasting = all(self.layout.owner_of[address].life is None for address in addresses)
        sure = match_ is not None and match_.sure and len(addresses) == 1 and lasting
        if match_ is None:
            self._lose(addresses, now)
        else:
            now.held.remove(match_)
        now.deeds.reports |= not sure
        now.deeds.locks |= {LockDeed("drop", address, instr.mode, sure=sure) for address in addresses}
        if isinstance(instr.place.type, LockType) and instr.place.type.spins:
            now.deeds.leaves_reader = True
            now.spinning = max(0, now.spinning - 1)

    def _name(self, place: Place, now: Now) -> Name:
        if isinstance(place.base, int) or place.indexes:
            return None
        return now.known.traced(place.base), place.offset

    def _lose(self, addresses: frozenset[int], now: Now) -> None:
        """One of these locks is not certain to be held any more."""
        now.held = [h._replace(sure=False) if h.addresses & addresses else h for h in now.held]

    def finish(self, now: Now) -> None:
        """The actor has come to its end, perhaps with something in its hands."""
        now.deeds.touch("W", ("end", self.actor))
        if now.depth or now.irqs_off or self.layout.queues or any(holding.mode != "bit" for holding in now.held):
            now.deeds.reports = now.deeds.held = True

    # -- others -----------------------------------------------------------------------------------

    def _change_life(self, address: int, now: Now) -> None:
        owner = self.layout.owner_of.get(address)
        if owner is not None and owner.life is not None:
            now.deeds.touch("R", owner.life)
            now.deeds.touch("W", owner.life)

    def _ask(self, what: str, cpu: Value, now: Now) -> None:
        number = now.known.of(cpu)
        asked = [a for a in self.facts.program.actors if number is None or a.number == number]
        if not isinstance(number, int) or not asked:
            now.deeds.reports = True
        for actor in asked:
            now.deeds.touch("R", (what, actor.index))
