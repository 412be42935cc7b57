"""What one actor knows on its way: values of registers as far as they follow from constants and branches.

A known value is a number, or something of which no more is known than that it is not 0, or a word's fields, of which
some may be unknown (None). Of a register that was computed from others, how it was computed is remembered for as long
as those stay what they were: so a branch on a copy tells something of the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from racewalk.lang.constants import BINARY
from racewalk.lang.types import BoolType, PointerType, Type, WordType
from racewalk.program.fit import fit
from racewalk.program.fold import field_of
from racewalk.program.reach import parts_in, registers_in
from racewalk.program.reduce.pointees import Pointees
from racewalk.program.reduce.ranges import range_of, range_of_type
from racewalk.program.values import (
    ADDRESS_MASK,
    Const,
    Content,
    FieldOf,
    MakeWord,
    Narrow,
    Operate,
    Register,
    Same,
    Select,
    Value,
    WithField,
)

LARGEST = 8
"""Parts of an expression that is remembered."""


class Some(Enum):
    """A number that is not 0, a pointer that is not NULL; more is not known."""

    VALUE = "not 0"


NOT_ZERO = Some.VALUE

One = int | Literal[Some.VALUE] | None
Fields = tuple[One, ...]
Known = One | Fields
"""None: nothing is known."""

Frozen = tuple[frozenset[tuple[Register, Known]], frozenset[tuple[Register, Value]]]
"""Knowledge as a value that can be compared."""

NOTHING: Frozen = (frozenset(), frozenset())


def whole(known: Known) -> Content | None:
    """The value, if all of it is known."""
    if isinstance(known, tuple):
        parts = tuple(part for part in known if isinstance(part, int))
        return parts if len(parts) == len(known) else None
    return known if isinstance(known, int) else None


def true_or_false(known: Known) -> bool | None:
    """How a test comes out, as far as that is known."""
    if known is NOT_ZERO:
        return True
    return bool(known) if isinstance(known, int) else None


@dataclass(slots=True)
class Knowledge:
    """`values`: what is known of registers. `sources`: what others were computed from."""

    pointees: Pointees
    values: dict[Register, Known] = field(default_factory=dict)
    sources: dict[Register, Value] = field(default_factory=dict)

    def copy(self) -> Knowledge:
        return Knowledge(self.pointees, dict(self.values), dict(self.sources))

    def needed(self, live: frozenset[Register]) -> frozenset[Register]:
        """The registers that say something about those that will be read again."""
        return live.union(*(registers_in(self.sources[register]) for register in live if register in self.sources))

    def freeze(self, live: frozenset[Register]) -> Frozen:
        """What matters where only some registers will be read again."""
        needed = self.needed(live)
        values = frozenset((register, known) for register, known in self.values.items() if register in needed)
        return values, frozenset((register, source) for register, source in self.sources.items() if register in live)

    # -- what is known ----------------------------------------------------------------------------

    def of(self, value: Value) -> Known:
        """What is known of a value. Raises ZeroDivisionError."""
        match value:
            case Const(value=content):
                return content
            case Register():
                if value in self.sources:
                    return self.of(self.sources[value])
                return self.values.get(value)
            case Operate(op=op, left=left, right=right):
                one, two = self.of(left), self.of(right)
                if isinstance(one, int) and isinstance(two, int):
                    return BINARY[op](one, two)
                return int(op == "!=") if one is NOT_ZERO and two == 0 and op in ("==", "!=") else None
            case FieldOf(word=word, index=index):
                fields = self.of(word)
                return fields[index] if isinstance(fields, tuple) else None
            case Same(left=left, right=right, type=t, negate=negate):
                equal = self._equal(left, right, t)
                return None if equal is None else int(equal != negate)
            case Select(test=test, then=then, other=other):
                chosen = true_or_false(self.of(test))
                if chosen is not None:
                    return self.of(then if chosen else other)
                both = self.of(then)
                return both if both == self.of(other) else None
            case Narrow(value=inner, type=t):
                narrowed = whole(self.of(inner))
                return None if narrowed is None else fit(narrowed, t)[0]
            case MakeWord(items=items):
                return _fields([self.of(item) for item in items])
            case WithField(word=word, index=index, value=inner):
                before = self.of(word)
                if not isinstance(before, tuple):
                    return None
                return _fields([*before[:index], self.of(inner), *before[index + 1 :]])

    def _equal(self, left: Value, right: Value, t: Type) -> bool | None:
        """Whether two pointers or words are the same, whatever their generations; None: either may be."""
        a, b = self.of(left), self.of(right)
        if isinstance(t, WordType):
            if not isinstance(a, tuple) or not isinstance(b, tuple):
                return None
            pairs = [_alike(x, y, f) for x, y, f in zip(a, b, t.fields.values(), strict=True)]
            return False if False in pairs else (None if None in pairs else True)
        alike = None if isinstance(a, tuple) or isinstance(b, tuple) else _alike(a, b, t)
        if alike is None and isinstance(t, PointerType):
            first = {a & ADDRESS_MASK} if isinstance(a, int) else self.pointees.of(left)
            second = {b & ADDRESS_MASK} if isinstance(b, int) else self.pointees.of(right)
            return None if first & second else False
        return alike

    # -- what becomes known -----------------------------------------------------------------------

    def assign(self, target: Register, content: Known, source: Value | None = None) -> None:
        """A register is set: to something known, or computed from a source, or to anything."""
        computed = self.traced(source) if source is not None and whole(content) is None else None
        for register in [r for r, s in self.sources.items() if target in registers_in(s)]:
            last = self.of(register)
            del self.sources[register]
            if last is not None:
                self.values[register] = last
        self.sources.pop(target, None)
        self.values.pop(target, None)
        remembered = (
            computed is not None
            and target not in registers_in(computed)
            and sum(1 for _ in parts_in(computed)) <= LARGEST
            and _keeps(computed, target.type)
        )
        if remembered and computed is not None:
            self.sources[target] = computed
        elif content is not None:
            self.values[target] = content

    def traced(self, value: Value) -> Value:
        """The value in terms of the registers that it comes from."""
        match value:
            case Register():
                return self.sources.get(value, value)
            case FieldOf(word=word, index=index):
                return field_of(self.traced(word), index)
            case Operate(op=op, left=left, right=right):
                return Operate(op, self.traced(left), self.traced(right))
            case Same(left=left, right=right, type=t, negate=negate):
                return Same(self.traced(left), self.traced(right), t, negate)
            case WithField(word=word, index=index, value=inner):
                return WithField(self.traced(word), index, self.traced(inner))
            case Narrow(value=inner, type=t):
                return Narrow(self.traced(inner), t)
            case MakeWord(items=items):
                return MakeWord(tuple(self.traced(item) for item in items))
            case Select(test=test, then=then, other=other):
                return Select(self.traced(test), self.traced(then), self.traced(other))
            case Const():
                return value

    def learn(self, test: Value, truth: bool) -> None:
        """A test came out so: add what follows. Only equalities are kept, and what is not 0."""
        match self.traced(test):
            case Operate(op="==" | "!=" as op, left=left, right=Const(value=0)):
                self.learn(left, truth == (op == "!="))
            case Operate(op="==" | "!=" as op, left=left, right=Const(value=int() as number)) if truth == (op == "=="):
                self._bind(left, number)
            case Same(left=left, right=right, type=PointerType(), negate=negate):
                # Of a pointer only NULL is bound: any other may differ in its generation.
                for one, other in ((left, right), (right, left)):
                    if self.of(other) == 0:
                        self.learn(one, truth == negate)
            case Register() | FieldOf() as value:
                some = 1 if isinstance(_type_of(value), BoolType) else NOT_ZERO
                self._bind(value, some if truth else 0)

    def _bind(self, value: Value, number: int | Literal[Some.VALUE]) -> None:
        if isinstance(self.of(value), int):
            return
        match value:
            case Register(type=t) if not isinstance(t, WordType) and value not in self.sources:
                self.values[value] = number
            case FieldOf(word=Register(type=WordType(fields=fields)) as word, index=index) if word not in self.sources:
                before = self.values.get(word)
                parts: list[One] = list(before) if isinstance(before, tuple) else [None] * len(fields)
                parts[index] = number
                self.values[word] = tuple(parts)


def _fields(parts: Sequence[Known]) -> Fields | None:
    fields = tuple(None if isinstance(part, tuple) else part for part in parts)
    return fields if any(part is not None for part in fields) else None


def _alike(a: One, b: One, t: Type) -> bool | None:
    if not isinstance(a, int) or not isinstance(b, int):
        return False if {a, b} == {NOT_ZERO, 0} else None
    return (a & ADDRESS_MASK == b & ADDRESS_MASK) if isinstance(t, PointerType) else a == b


def _keeps(value: Value, t: Type) -> bool:
    """A register of the type holds just this value after it was set."""
    if isinstance(t, PointerType):
        return True
    if isinstance(t, WordType):
        return isinstance(value, Register) and value.type is t
    room, own = range_of_type(t), range_of(value)
    return room is not None and own is not None and room[0] <= own[0] and own[1] <= room[1]


def _type_of(value: Value) -> Type | None:
    match value:
        case Register(type=t):
            return t
        case FieldOf(word=Register(type=WordType(fields=fields)), index=index):
            return list(fields.values())[index]
    return None
