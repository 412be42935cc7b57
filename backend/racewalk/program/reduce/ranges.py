"""What values the types allow: whether a store can overflow, and a division divide by zero, whatever memory holds."""

from __future__ import annotations

from racewalk.lang.types import BoolType, EnumType, IntType, PointerType, Type, WordType
from racewalk.program.reach import parts_in
from racewalk.program.values import Const, FieldOf, MakeWord, Narrow, Operate, Register, Same, Select, Value, WithField

Range = tuple[int, int]

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def always_fits(value: Value, t: Type) -> bool:
    """A store of the value in a `t` never loses anything, or may wrap."""
    match t:
        case BoolType() | PointerType():
            return True
        case IntType(wrapping=True):
            return True
        case WordType(fields=fields):
            match value:
                case Register(type=own):
                    return own is t
                case MakeWord(items=items):
                    return all(always_fits(v, f) for v, f in zip(items, fields.values(), strict=True))
                case WithField(word=word, index=index, value=inner):
                    return always_fits(word, t) and always_fits(inner, list(fields.values())[index])
                case Select(then=then, other=other):
                    return always_fits(then, t) and always_fits(other, t)
            return isinstance(value, Const)
    own_range, room = range_of(value), range_of_type(t)
    return own_range is not None and room is not None and room[0] <= own_range[0] and own_range[1] <= room[1]


def never_divides_by_zero(item: object) -> bool:
    """No division in an instruction or value has a divisor that may be 0."""
    for part in parts_in(item):
        if isinstance(part, Operate) and part.op in ("/", "%"):
            divisor = range_of(part.right)
            if divisor is None or divisor[0] <= 0 <= divisor[1]:
                return False
    return True


def range_of_type(t: Type | None) -> Range | None:
    """The least and the greatest number of a type; None for what is no number."""
    match t:
        case IntType():
            return t.lowest, t.highest
        case BoolType():
            return 0, 1
        case EnumType(members=members):
            return min(0, *members.values(), 0), max(0, *members.values(), 0)
    return None


def range_of(value: Value) -> Range | None:
    """Between which numbers a value lies; None where that is not known, or it is no number."""
    match value:
        case Const(value=int() as number):
            return number, number
        case Register(type=t):
            return range_of_type(t)
        case FieldOf(word=word, index=index):
            word_type = type_of_word(word)
            return range_of_type(list(word_type.fields.values())[index]) if word_type is not None else None
        case Same():
            return 0, 1
        case Narrow(value=inner, type=t):
            room, own = range_of_type(t), range_of(inner)
            fits = room is not None and own is not None and room[0] <= own[0] and own[1] <= room[1]
            return own if fits else room
        case Select(then=then, other=other):
            a, b = range_of(then), range_of(other)
            return (min(a[0], b[0]), max(a[1], b[1])) if a is not None and b is not None else None
        case Operate(op=op, left=left, right=right):
            if op in COMPARISONS:
                return 0, 1
            a, b = range_of(left), range_of(right)
            return _combine(op, a, b) if a is not None and b is not None else None
    return None


def type_of_word(value: Value) -> WordType | None:
    """The type of a word, where a register in it tells."""
    match value:
        case Register(type=WordType() as t):
            return t
        case WithField(word=word):
            return type_of_word(word)
        case Select(then=then, other=other):
            return type_of_word(then) or type_of_word(other)
    return None


def _combine(op: str, a: Range, b: Range) -> Range | None:
    match op:
        case "+":
            return a[0] + b[0], a[1] + b[1]
        case "-":
            return a[0] - b[1], a[1] - b[0]
        case "*":
            ends = [x * y for x in a for y in b]
            return min(ends), max(ends)
        case "&" if a[0] >= 0 or b[0] >= 0:
            return 0, min(x[1] for x in (a, b) if x[0] >= 0)
        case "|" | "^" if a[0] >= 0 and b[0] >= 0:
            return 0, (1 << max(a[1], b[1]).bit_length()) - 1
        case "%" if a[0] >= 0 and b[0] > 0:
            return 0, min(a[1], b[1] - 1)
        case "/" if a[0] >= 0 and b[0] > 0:
            return 0, a[1]
        case ">>" if a[0] >= 0 and b[0] >= 0:
            return 0, a[1] >> b[0]
    return None
