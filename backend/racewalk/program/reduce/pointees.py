"""Where pointers can lead: for every register and cell the addresses that it may hold, in whatever order things happen.

A flow-insensitive, inclusion-based points-to analysis over lowered code (Andersen, 1994), on single addresses: `&A` and
`&B` are two, every object of a pool is one. Generations are left out. NULL is the address 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from racewalk.lang.types import PointerType, Type, WordType
from racewalk.program.code import (
    AddressOf,
    Allocate,
    ContainerOf,
    GracePeriod,
    Instr,
    Load,
    NextObject,
    Set,
    Store,
    Update,
)
from racewalk.program.layout import Layout
from racewalk.program.program import Program
from racewalk.program.values import (
    ADDRESS_MASK,
    Const,
    FieldOf,
    Index,
    MakeWord,
    Narrow,
    Place,
    Register,
    Select,
    Value,
    WithField,
)

Part = int | None
"""Which field of a word a pointer stands in; None: it is the whole value."""

Node = tuple[Register | int, Part]

MOVING = (Set, Load, Store, Update, AddressOf, ContainerOf, Allocate, NextObject, GracePeriod)
"""Instructions that may put a pointer somewhere."""

NULL_ONLY = frozenset({0})


def parts_of(t: Type) -> tuple[Part, ...]:
    """Where values of a type hold pointers."""
    match t:
        case PointerType():
            return (None,)
        case WordType(fields=fields):
            return tuple(i for i, field in enumerate(fields.values()) if isinstance(field, PointerType))
    return ()


class Pointees:
    """The least solution for some code, which must hold all code that stores a pointer."""

    def __init__(self, program: Program, codes: Iterable[list[Instr]]) -> None:
        self._layout: Layout = program.layout
        self._structs = program.checked.structs
        self._sets: defaultdict[Node, set[int]] = defaultdict(set)
        self._places: dict[int, frozenset[int]] = {}  # by the id of a place, which its instruction keeps alive
        self._more = True
        moving = [instr for code in codes for instr in code if isinstance(instr, MOVING)]
        while self._more:
            self._more = False
            for instr in moving:
                self._flow(instr)
        self._places.clear()

    # -- answers ----------------------------------------------------------------------------------

    def of(self, value: Value, part: Part = None) -> frozenset[int]:
        """The addresses that a pointer, or the pointer in a field of a word, may be; 0 is NULL."""
        match value:
            case Const(value=int() as number):
                return frozenset({number & ADDRESS_MASK})
            case Const(value=tuple() as fields):
                return frozenset({fields[part or 0] & ADDRESS_MASK})
            case Register():
                known = self._sets.get((value, part))
                return frozenset(known) if known else NULL_ONLY
            case FieldOf(word=word, index=index):
                return self.of(word, index)
            case MakeWord(items=items):
                return self.of(items[part or 0])
            case WithField(word=word, index=index, value=inner):
                return self.of(inner) if index == part else self.of(word, part)
            case Select(then=then, other=other):
                return self.of(then, part) | self.of(other, part)
            case Narrow(value=inner):
                return self.of(inner, part)
        return NULL_ONLY

    def addresses(self, place: Place) -> frozenset[int]:
        """All addresses that a place may be."""
        known = self._places.get(id(place))
        if known is None:
            bases = {place.base} if isinstance(place.base, int) else self.of(place.base)
            steps = [sum(way) for way in product(*(_strides(index) for index in place.indexes))]
            known = frozenset(
                base + place.offset + step for base in bases if base in self._layout.owner_of for step in steps
            )
            self._places[id(place)] = known
        return known

    # -- the fixpoint -----------------------------------------------------------------------------

    def _flow(self, instr: Instr) -> None:
        match instr:
            case Set(target=target, value=value):
                for part in parts_of(target.type):
                    self._add((target, part), self.of(value, part))
            case AddressOf(target=target, place=place):
                self._add((target, None), self._addresses_now(place))
            case ContainerOf(target=target, pointer=pointer, offset=offset, struct=struct):
                found = {at - offset for at in self.of(pointer)}
                self._add((target, None), {at for at in found if self._layout.is_at(at, self._structs[struct])})
            case Load(target=target, place=place):
                self._load(target, place)
            case Store(place=place, value=value):
                self._store(place, value)
            case Update(place=place, value=value, target=target, op=op):
                if parts_of(place.type):
                    self._store(place, value)
                    if target is not None and op in ("cmpxchg", "xchg"):
                        self._load(target, place)
            case Allocate(target=target, pool=pool, initial=initial):
                objects = self._layout.pools[pool]
                self._add((target, None), {thing.address for thing in objects})
                for offset, t, value in initial:
                    for part in parts_of(t):
                        for thing in objects:
                            self._add((thing.address + offset, part), self.of(value, part))
            case NextObject(target=target, addresses=addresses):
                self._add((target, None), {0, *addresses})
            case GracePeriod(head=head):
                self._add((head, None), {cell.address for cell in self._layout.rcu_heads})

    def _addresses_now(self, place: Place) -> frozenset[int]:
        if not isinstance(place.base, int):
            self._places.pop(id(place), None)
        return self.addresses(place)

    def _load(self, target: Register, place: Place) -> None:
        for part in parts_of(target.type):
            for at in self._addresses_now(place):
                self._add((target, part), self._sets.get((at, part), set()) | NULL_ONLY)

    def _store(self, place: Place, value: Value) -> None:
        for part in parts_of(place.type):
            held = self.of(value, part)
            for at in self._addresses_now(place):
                self._add((at, part), held)

    def _add(self, node: Node, addresses: Iterable[int]) -> None:
        known = self._sets[node]
        before = len(known)
        known.update(addresses)
        self._more = self._more or len(known) != before


def _strides(index: Index) -> Iterator[int]:
    if isinstance(index.value, Const) and isinstance(index.value.value, int):
        yield index.value.value * index.stride
    else:
        for number in range(index.length):
            yield number * index.stride
