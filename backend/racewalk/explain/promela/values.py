"""Registers and pure expressions of the lowered code as numbers; typed reads and writes of memory.

A number or pointer is one expression, a word a tuple of them. Multi-byte values are little-endian, as
`racewalk.program.layout` has them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.numbers import (
    NO,
    WORD,
    YES,
    Binary,
    Byte,
    Expr,
    NotExpressible,
    Num,
    ShiftsTooFar,
    Temp,
    both,
    either,
    low,
    operate,
    pick,
    plus,
    same,
    shifts_too_far,
    true,
)
from racewalk.explain.promela.ops import Die, Let, Note, Op, Put
from racewalk.lang.types import NUMBER, BoolType, EnumType, IntType, PointerType, Type, WordType
from racewalk.program.code import AskFinished, AskHeld, AskIrqs, AskLive, Choose, Instr, Set
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

Numbers = Expr | tuple[Expr, ...]


@dataclass(slots=True)
class Values:
    """Grows a list of operations; each method appends what computes its result."""

    ground: Ground
    code: list[Instr]
    ops: list[Op] = field(default_factory=list)
    _names: dict[Register, str] = field(default_factory=dict)
    _ranges: dict[Register, tuple[int, int]] = field(default_factory=dict)
    _scratch: int = 0

    # -- temporaries ----------------------------------------------------------------------------

    def keep(self, value: Expr) -> Expr:
        """The value as it is now, whatever changes later."""
        if isinstance(value, Num):
            return value
        self._scratch += 1
        temp = Temp(f"t{self._scratch}", value.lo, value.hi)
        self.ops.append(Let(temp, value))
        return temp

    def keep_all(self, value: Numbers) -> Numbers:
        return tuple(self.keep(part) for part in value) if isinstance(value, tuple) else self.keep(value)

    # -- registers ------------------------------------------------------------------------------

    def register(self, register: Register) -> Numbers:
        if register.slot is not None:
            if register.type == NUMBER:
                return _scalar_at(Num(register.slot), self._narrowed(register))
            return self.read(Num(register.slot), register.type)
        temps = self._temps(register)
        return temps if isinstance(register.type, WordType) else temps[0]

    def set(self, register: Register, value: Numbers) -> None:
        """The value fits the register's type."""
        if register.slot is not None:
            if register.type == NUMBER and not isinstance(value, tuple):
                self._set_number(register, register.slot, value)
            else:
                self.write(Num(register.slot), register.type, value)
            return
        parts = value if isinstance(value, tuple) else (value,)
        if len(parts) > 1:
            parts = tuple(self.keep(part) for part in parts)
        for temp, part in zip(self._temps(register), parts, strict=True):
            self.ops.append(Let(temp, part))

    def _narrowed(self, register: Register) -> IntType:
        """A type that is wide enough for a computed number."""
        lo, hi = self._range(register)
        for bits in (8, 16, 32):
            t = IntType("number", bits, signed=lo < 0)
            if t.holds(lo) and t.holds(hi):
                return t
        raise NotExpressible("a number that is kept from step to step can need more than 32 bits")

    def _set_number(self, register: Register, slot: int, value: Expr) -> None:
        """A computed number has 8 bytes, of which the upper ones follow from its sign.

        They are all written: another temporary may have been there before.
        """
        t = self._narrowed(register)
        kept = self.keep(value)
        self._store(Num(slot), t.bits // 8, kept)
        upper = pick(operate("<", kept, NO), Num(0xFF), NO) if t.signed else NO
        for i in range(t.bits // 8, 8):
            self.put(Num(slot + i), upper)

    def _temps(self, register: Register) -> tuple[Temp, ...]:
        name = self._names.setdefault(register, f"r{len(self._names)}")
        if isinstance(register.type, WordType):
            ranges = [self._range_of(t) for t in register.type.fields.values()]
            return tuple(Temp(f"{name}_{i}", *r) for i, r in enumerate(ranges))
        return (Temp(name, *self._range(register)),)

    def _range(self, register: Register) -> tuple[int, int]:
        """What a register can hold; of a computed number, what is ever put into it."""
        if register.type != NUMBER:
            return self._range_of(register.type)
        if register not in self._ranges:
            self._ranges[register] = WORD  # where it depends on itself
            found = [
                self._put_into(register, instr) for instr in self.code if getattr(instr, "target", None) is register
            ]
            self._ranges[register] = (min(lo for lo, _ in found), max(hi for _, hi in found)) if found else (0, 0xFFFF)
        return self._ranges[register]

    def _put_into(self, register: Register, instr: Instr) -> tuple[int, int]:
        match instr:
            case Set(value=value):
                number = self.pure(value)
                assert not isinstance(number, tuple)
                return number.lo, number.hi
            case Choose(count=count):
                return 0, count - 1
            case AskFinished() | AskHeld() | AskIrqs() | AskLive():
                return 0, 1
        place = getattr(instr, "place", None)
        t = place.type if place is not None else None
        return (
            self._range_of(t) if isinstance(t, IntType | BoolType | EnumType | PointerType) else (0, ADDRESS_MASK << 6)
        )

    @staticmethod
    def _range_of(t: Type) -> tuple[int, int]:
        match t:
            case IntType(bits=64):
                return WORD
            case IntType():
                return t.lowest, t.highest
            case BoolType():
                return 0, 1
            case EnumType(members=members):
                return min(0, *members.values(), 0), max(0, *members.values(), 0)
        return 0, 0xFFFF

    # -- values ---------------------------------------------------------------------------------

    def number(self, value: Value) -> Expr:
        found = self.value(value)
        assert not isinstance(found, tuple)
        return found

    def value(self, value: Value) -> Numbers:
        """What the value is now; a division by 0 in it ends the run."""
        if (trouble := self.divides_by_zero(value)) != NO:
            self.ops.append(Die("division-by-zero", trouble))
        return self.pure(value)

    def pure(self, value: Value) -> Numbers:
        match value:
            case Const(value=content):
                return constant(content)
            case Register():
                return self.register(value)
            case Operate(op=op, left=left, right=right):
                return operate(op, self.scalar(left), self.scalar(right))
            case FieldOf(word=word, index=index):
                return self._word(word)[index]
            case Same(left=left, right=right, type=t, negate=negate):
                equal = alike(self.pure(left), self.pure(right), t)
                return same(equal, NO) if negate else equal
            case Select(test=test, then=then, other=other):
                return choose(self.scalar(test), self.pure(then), self.pure(other))
            case Narrow(value=inner, type=t):
                return fit(self.pure(inner), t)[0]
            case MakeWord(items=items):
                return tuple(self.scalar(item) for item in items)
            case WithField(word=word, index=index, value=inner):
                parts = self._word(word)
                return (*parts[:index], self.scalar(inner), *parts[index + 1 :])

    def scalar(self, value: Value) -> Expr:
        found = self.pure(value)
        assert not isinstance(found, tuple)
        return found

    def _word(self, value: Value) -> tuple[Expr, ...]:
        found = self.pure(value)
        assert isinstance(found, tuple)
        return found

    def divides_by_zero(self, value: Value) -> Expr:
        match value:
            case Operate(op=op, left=left, right=right):
                inside = either(self.divides_by_zero(left), self.divides_by_zero(right))
                return either(inside, same(self.scalar(right), NO)) if op in "/%" else inside
            case FieldOf(word=inner) | Narrow(value=inner):
                return self.divides_by_zero(inner)
            case Same(left=left, right=right) | WithField(word=left, value=right):
                return either(self.divides_by_zero(left), self.divides_by_zero(right))
            case Select(test=test, then=then, other=other):
                arms = self.divides_by_zero(then), self.divides_by_zero(other)
                return either(self.divides_by_zero(test), NO if arms == (NO, NO) else pick(self.scalar(test), *arms))
            case MakeWord(items=items):
                return either(*(self.divides_by_zero(item) for item in items))
        return NO

    def fitting(self, value: Numbers, t: Type) -> Numbers:
        """The value as the type holds it; what does not fit is noted."""
        if t == NUMBER and not isinstance(value, tuple) and shifts_too_far(value):
            raise ShiftsTooFar("a number that is kept can be shifted out of 62 bits")
        stored, whole = fit(value, t)
        if whole != YES:
            kept = self.keep_all(value)
            stored, whole = fit(kept, t)
            self.ops.append(Note("overflow", same(whole, NO)))
        return stored

    # -- memory ---------------------------------------------------------------------------------

    def read(self, address: Expr, t: Type) -> Numbers:
        if isinstance(t, WordType):
            found, at = [], address
            for part in t.fields.values():
                found.append(_scalar_at(at, part))
                at = plus(at, _size(part))
            return tuple(found)
        return _scalar_at(address, t)

    def write(self, address: Expr, t: Type, value: Numbers) -> None:
        """The value fits. It is computed before any byte of it is stored."""
        if isinstance(value, tuple):
            assert isinstance(t, WordType)
            kept = self.keep_all(value)
            assert isinstance(kept, tuple)
            at = address
            for part, field_type in zip(kept, t.fields.values(), strict=True):
                self._store(at, _size(field_type), part)
                at = plus(at, _size(field_type))
        else:
            self._store(address, _size(t), value)

    def _store(self, address: Expr, size: int, value: Expr) -> None:
        """All bytes are computed before one is stored."""
        if size > 1 and not (size == 2 and _two_bytes(value)):
            value = self.keep(value)
        found = [low(operate(">>", value, Num(8 * i)), 0xFF) for i in range(size)]
        for i, byte in enumerate([self.keep(byte) for byte in found] if size > 1 else found):
            self.put(plus(address, i), byte)

    def put(self, address: Expr, value: Expr) -> None:
        self.ops.append(Put(address, value))

    @staticmethod
    def byte(address: Expr) -> Expr:
        return Byte(address)

    def half(self, address: Expr) -> Expr:
        return operate("|", Byte(address), operate("<<", Byte(plus(address, 1)), Num(8)))

    def put_half(self, address: Expr, value: Expr) -> None:
        self._store(address, 2, value)


# -- what has no side effect ------------------------------------------------------------------------


def constant(content: Content) -> Numbers:
    return tuple(Num(part) for part in content) if isinstance(content, tuple) else Num(content)


def choose(test: Expr, then: Numbers, other: Numbers) -> Numbers:
    if isinstance(then, tuple) and isinstance(other, tuple):
        return tuple(pick(test, a, b) for a, b in zip(then, other, strict=True))
    assert not isinstance(then, tuple)
    assert not isinstance(other, tuple)
    return pick(test, then, other)


def alike(left: Numbers, right: Numbers, t: Type) -> Expr:
    """`==`: pointers by address, words field by field."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        assert isinstance(t, WordType)
        return both(*(alike(a, b, f) for a, b, f in zip(left, right, t.fields.values(), strict=True)))
    assert not isinstance(left, tuple)
    assert not isinstance(right, tuple)
    if isinstance(t, PointerType):
        return same(low(left, ADDRESS_MASK), low(right, ADDRESS_MASK))
    return same(left, right)


def fit(value: Numbers, t: Type) -> tuple[Numbers, Expr]:
    """The value as the type can hold it, and whether that is without loss, or may be with it."""
    if isinstance(value, tuple):
        assert isinstance(t, WordType)
        parts = [fit(part, f) for part, f in zip(value, t.fields.values(), strict=True)]
        return tuple(p for p, _ in parts if not isinstance(p, tuple)), both(*(whole for _, whole in parts))
    match t:
        case IntType(bits=64):
            return value, YES
        case IntType(lowest=lowest, highest=highest, wrapping=wrapping):
            inside = _within(value, lowest, highest)
            if inside == YES:
                return value, YES
            kept = low(value, (1 << t.bits) - 1)
            if t.signed:
                sign = Num(1 << (t.bits - 1))
                kept = operate("-", operate("^", kept, sign), sign)
            return kept, YES if wrapping else inside
        case BoolType():
            return true(value), YES
        case EnumType(members=members):
            inside = _within(value, min(0, *members.values(), 0), max(0, *members.values(), 0))
            return pick(inside, value, NO), inside
    return value, YES


def _within(value: Expr, lowest: int, highest: int) -> Expr:
    return both(operate(">=", value, Num(lowest)), operate("<=", value, Num(highest)))


def _two_bytes(value: Expr) -> bool:
    """It is one byte above another: these can be taken as they are."""
    return isinstance(value, Binary) and value.op == "|" and value.left.hi <= 0xFF and value.lo >= 0


def _size(t: Type) -> int:
    return _scalar_form(t)[0]


def _scalar_form(t: Type) -> tuple[int, bool]:
    """Bytes of a scalar in memory, and whether it has a sign."""
    match t:
        case IntType(bits=bits, signed=signed):
            return bits // 8, signed
        case BoolType():
            return 1, False
        case EnumType(members=members):
            lowest, highest = min(members.values(), default=0), max(members.values(), default=0)
            if lowest < 0:
                return (1 if lowest >= -128 and highest <= 127 else 2), True
            return (1 if highest <= 255 else 2), False
        case PointerType():
            return 2, False
    raise NotExpressible(f"a value of type {t} has no form in an export")


def _scalar_at(address: Expr, t: Type) -> Expr:
    size, signed = _scalar_form(t)
    found: Expr = Byte(address)
    for i in range(1, size):
        found = operate("|", found, operate("<<", Byte(plus(address, i)), Num(8 * i)))
    if signed:
        sign = Num(1 << (8 * size - 1))
        return operate("-", operate("^", found, sign), sign)
    return found
