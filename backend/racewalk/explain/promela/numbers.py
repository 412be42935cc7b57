"""Numbers of an export: expressions over the bytes of the state, with the range that each can have.

They are built by functions that fold what is constant, and printed as Promela and as C alike. What
cannot be computed in 64 bits is refused here, so that no export is wrong without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from racewalk.lang.constants import BINARY

WORD = (-(1 << 31), (1 << 31) - 1)
"""What Promela's own arithmetic can hold."""

WIDE = (-(1 << 62), 1 << 62)
"""What the C of a verifier can hold, with room for one more operation."""

SHIFT = 40
"""No shift goes further: what leaves 16 bits has no place in memory anyway."""


class NotExpressible(Exception):
    """The program does something that an export cannot say; the words are for a person."""


class ShiftsTooFar(NotExpressible):
    """Of a number that is kept: it can be shifted out of what the C of a verifier can hold."""


@dataclass(frozen=True, slots=True)
class Num:
    value: int

    @property
    def lo(self) -> int:
        return self.value

    @property
    def hi(self) -> int:
        return self.value


@dataclass(frozen=True, slots=True)
class Capped(Num):
    """The largest count of a shift that C knows, in the place of one that is larger in any case."""


@dataclass(frozen=True, slots=True)
class Temp:
    """A number that lives within one step."""

    name: str
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Byte:
    """One byte of memory."""

    address: Expr
    lo: int = 0
    hi: int = 255


@dataclass(frozen=True, slots=True)
class Life:
    """The address of the life byte of the object that an address lies in; 0 where it lives for ever."""

    address: Expr
    lo: int = 0
    hi: int = 1023


@dataclass(frozen=True, slots=True)
class Binary:
    """C's operators; `&&`, `||` stop early, and a comparison is 0 or 1."""

    op: str
    left: Expr
    right: Expr
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    lo: int = 0
    hi: int = 1


@dataclass(frozen=True, slots=True)
class Pick:
    """`test ? then : other`; only the one that is chosen is computed."""

    test: Expr
    then: Expr
    other: Expr
    lo: int
    hi: int


Expr = Num | Temp | Byte | Life | Binary | Not | Pick

NO = Num(0)
YES = Num(1)


def operate(op: str, left: Expr, right: Expr) -> Expr:
    """Arithmetic and comparison as the dialect has them. The divisor must not be 0 when this is computed."""
    if isinstance(left, Num) and isinstance(right, Num) and not (op in "/%" and right.value == 0):
        return Num(_held(op, BINARY[op](left.value, right.value)))
    if op in ("+", "|", "^") and left == NO:
        return right
    if op in ("+", "-", "|", "^", "<<", ">>") and right == NO:
        return left
    if op in ("*", "&") and NO in (left, right):
        return NO
    if op == ">>" and isinstance(right, Num) and right.value >= 0 and left.lo >= 0 == left.hi >> right.value:
        return NO
    if op in (">>", "&") and isinstance(right, Num) and (part := _byte_of(op, left, right.value)) is not None:
        return part
    if op in ("<<", ">>"):
        return _shift(op, left, right)
    match op, left, right:
        case "+", Binary(op="+", left=inner, right=Num(value=first)), Num(value=second):
            return operate("+", inner, Num(first + second))
    if op in ("==", "!=", "<", "<=", ">", ">="):
        return _compare(op, left, right)
    lo, hi = _range(op, left, right)
    _held(op, lo)
    _held(op, hi)
    if op == "&" and isinstance(right, Num) and left.lo >= 0 and right.value == (1 << right.value.bit_length()) - 1:
        if left.hi <= right.value:
            return left
    return Binary(op, left, right, lo, hi)


def same(left: Expr, right: Expr) -> Expr:
    return operate("==", left, right)


def differs(left: Expr, right: Expr) -> Expr:
    return operate("!=", left, right)


def plus(left: Expr, right: int) -> Expr:
    return operate("+", left, Num(right))


def low(left: Expr, mask: int) -> Expr:
    return operate("&", left, Num(mask))


def true(expr: Expr) -> Expr:
    """1 where the number is not 0."""
    return expr if (expr.lo, expr.hi) in ((0, 1), (0, 0), (1, 1)) else differs(expr, NO)


def no(expr: Expr) -> Expr:
    """1 where the number is 0."""
    match expr:
        case Num(value=value):
            return Num(int(not value))
        case Not(operand=operand):
            return true(operand)
        case Binary(op=op, left=left, right=right) if op in _OPPOSITE:
            return Binary(_OPPOSITE[op], left, right, 0, 1)
    return YES if expr.lo == expr.hi == 0 else NO if expr.lo > 0 or expr.hi < 0 else Not(expr)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def both(*parts: Expr) -> Expr:
    """All hold; a later one is computed only where those before it do."""
    left: Expr = YES
    for part in parts:
        right = true(part)
        if NO in (left, right) and (left == NO or not _fails(left)):
            return NO
        left = right if left == YES else left if right in (YES, left) else Binary("&&", left, right, 0, 1)
    return left


def either(*parts: Expr) -> Expr:
    """One holds; a later one is computed only where those before it do not."""
    left: Expr = NO
    for part in parts:
        right = true(part)
        if YES in (left, right):
            return YES
        left = right if left == NO else left if right in (NO, left) else Binary("||", left, right, 0, 1)
    return left


def pick(test: Expr, then: Expr, other: Expr) -> Expr:
    if isinstance(test, Num):
        return then if test.value else other
    if then == other:
        return then
    if (then, other) == (YES, NO):
        return true(test)
    if (then, other) == (NO, YES):
        return no(test)
    return Pick(test, then, other, min(then.lo, other.lo), max(then.hi, other.hi))


def among(number: Expr, values: Iterable[int]) -> Expr:
    """The number is one of these."""
    known = sorted(set(values))
    strides = {b - a for a, b in pairwise(known)}
    if len(known) > 3 and len(strides) == 1:
        [stride] = strides
        inside = both(operate(">=", number, Num(known[0])), operate("<=", number, Num(known[-1])))
        return both(inside, same(operate("%", operate("-", number, Num(known[0])), Num(stride)), NO))
    return either(*(same(number, Num(value)) for value in known))


def first_of(cases: Iterable[tuple[Expr, Expr]], otherwise: Expr) -> Expr:
    """The value of the first case whose test holds."""
    result = otherwise
    for test, value in reversed(list(cases)):
        result = pick(test, value, result)
    return result


def is_narrow(expr: Expr) -> bool:
    """Promela's own arithmetic can compute it, and every part of it."""
    return all(WORD[0] <= part.lo and part.hi <= WORD[1] for part in parts(expr))


def parts(expr: Expr) -> Iterable[Expr]:
    """The expression and all in it."""
    todo = [expr]
    while todo:
        part = todo.pop()
        yield part
        match part:
            case Byte(address=inner) | Life(address=inner) | Not(operand=inner):
                todo.append(inner)
            case Binary(left=left, right=right):
                todo += [left, right]
            case Pick(test=test, then=then, other=other):
                todo += [test, then, other]


def rebuilt(expr: Expr, leaf: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with its parts replaced, from the outside in, by what `leaf` gives for them; folded again.

    Where nothing is replaced it is the same object.
    """
    found = leaf(expr)
    if found is not None:
        return found
    match expr:
        case Byte(address=address) | Life(address=address):
            new = rebuilt(address, leaf)
            return expr if new is address else type(expr)(new)
        case Not(operand=operand):
            new = rebuilt(operand, leaf)
            return expr if new is operand else no(new)
        case Binary(op=op, left=left, right=right, lo=lo, hi=hi):
            first, second = rebuilt(left, leaf), rebuilt(right, leaf)
            if first is left and second is right:
                return expr
            if op == "&&":
                return both(first, second)
            if op == "||":
                return either(first, second)
            if op in ("<<", ">>") and not isinstance(right, Num):
                return Binary(op, first, second, lo, hi)  # its count is in its bounds already
            return operate(op, first, second)
        case Pick(test=test, then=then, other=other):
            asked, yes, otherwise = rebuilt(test, leaf), rebuilt(then, leaf), rebuilt(other, leaf)
            if asked is test and yes is then and otherwise is other:
                return expr
            return pick(asked, yes, otherwise)
    return expr


def in_c(expr: Expr, memory: str) -> str:
    """C; `memory` is the name of the array of bytes."""
    return _text(expr, _Style(memory, "?", "LL"))


def in_promela(expr: Expr, memory: str, names: Mapping[str, str]) -> str:
    """Promela; `names` are those of the temporaries."""
    return _text(expr, _Style(memory, "->", "", names))


@dataclass(frozen=True, slots=True)
class _Style:
    memory: str
    choice: str
    suffix: str
    names: Mapping[str, str] | None = None


def _text(expr: Expr, style: _Style) -> str:
    match expr:
        case Num(value=value):
            suffix = style.suffix if not WORD[0] <= value <= WORD[1] else ""
            return f"{value}{suffix}" if value >= 0 else f"({value}{suffix})"
        case Temp(name=name):
            return name if style.names is None else style.names[name]
        case Byte(address=address):
            return f"{style.memory}[{_bare(_text(address, style))}]"
        case Life(address=address):
            return f"life[{_bare(_text(address, style))}]"
        case Not(operand=operand):
            text = _text(operand, style)
            return f"!{text}" if isinstance(operand, Byte | Temp) else f"!({_bare(text)})"
        case Binary(op=op, left=left, right=right, lo=lo, hi=hi):
            # C computes in the width of the operands, and of a shift in that of its left one
            outgrows = style.suffix and not (WORD[0] <= lo and hi <= WORD[1])
            return f"({'(long long)' if outgrows else ''}{_text(left, style)} {op} {_text(right, style)})"
        case Pick(test=test, then=then, other=other):
            mark = style.choice
            return f"({_text(test, style)} {mark} {_text(then, style)} : {_text(other, style)})"


def _bare(text: str) -> str:
    """Without the outermost parentheses, unless they belong to Promela's conditional expression."""
    if " -> " in text or not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return text[1:-1] if at == len(text) - 1 else text
    return text


def bare_text(text: str) -> str:
    return _bare(text)


# -- ranges ---------------------------------------------------------------------------------------


def _held(op: str, value: int) -> int:
    if not WIDE[0] <= value <= WIDE[1]:
        raise NotExpressible(f"the result of a {op} can need more than 62 bits")
    return value


def _fails(expr: Expr) -> bool:
    """Computing it may go wrong: a division. Then it must not be left out."""
    return any(isinstance(part, Binary) and part.op in "/%" for part in parts(expr))


def _byte_of(op: str, value: Expr, by: int) -> Expr | None:
    """One byte of two that were put together."""
    match value:
        case Binary(op="|", left=lower, right=Binary(op="<<", left=upper, right=Num(value=8))):
            if 0 <= lower.lo <= lower.hi <= 255 and (op, by) in ((">>", 8), ("&", 255)):
                return upper if op == ">>" else lower
    return None


def _compare(op: str, left: Expr, right: Expr) -> Expr:
    if left == right:
        return Num(int(op in ("==", "<=", ">=")))
    apart = left.hi < right.lo or right.hi < left.lo
    if apart:
        below = left.hi < right.lo
        return Num(int(op == "!=" or (op in ("<", "<=") and below) or (op in (">", ">=") and not below)))
    if op in ("<", ">=") and left.lo >= right.hi:
        return Num(int(op == ">="))
    if op in (">", "<=") and left.hi <= right.lo:
        return Num(int(op == "<="))
    return Binary(op, left, right, 0, 1)


def _range(op: str, left: Expr, right: Expr) -> tuple[int, int]:
    a, b, c, d = left.lo, left.hi, right.lo, right.hi
    match op:
        case "+":
            return a + c, b + d
        case "-":
            return a - d, b - c
        case "*":
            corners = (a * c, a * d, b * c, b * d)
            return min(corners), max(corners)
        case "/":
            most = max(abs(a), abs(b))
            return -most if a < 0 or c < 0 else 0, most
        case "%":
            most = max(abs(c), abs(d), 1) - 1
            return -most if a < 0 else 0, most
        case "&" if a >= 0 and c >= 0:
            return 0, min(b, d)
        case "&" if a >= 0 or c >= 0:
            return 0, b if a >= 0 else d
    bits = max(value.bit_length() for value in (a, b, c, d))  # of & | ^
    return (-(1 << bits) if a < 0 or c < 0 else 0), (1 << bits) - 1


def shifts_too_far(expr: Expr) -> bool:
    """Whether a count had to be bounded: then only what is stored in 16 bits, and overflows them, is right."""
    return any(isinstance(p, Binary) and p.op == "<<" and isinstance(p.right, Pick | Capped) for p in parts(expr))


def _shift(op: str, left: Expr, right: Expr) -> Expr:
    """A shift that C knows: its count is between 0 and SHIFT, less where 32 bits are then enough."""
    size = max(abs(left.lo), abs(left.hi)).bit_length()
    most = 30 - size if size <= 13 else SHIFT
    if op == ">>":
        most = 31 if size <= 31 else 62
    count = right
    if op == "<<" and isinstance(right, Num) and size + right.value <= 62:
        most = max(most, right.value)  # its result is known to fit
    if right.hi > most:
        count = Capped(most) if right.lo > most else pick(operate("<", right, Num(most)), right, Num(most))
    ends = [BINARY[op](value, n) for value in (left.lo, left.hi) for n in (max(0, count.lo), min(most, count.hi))]
    lo, hi = min(*ends, 0), max(*ends, 0)
    _held(op, lo)
    _held(op, hi)
    return pick(operate("<", right, NO), NO, Binary(op, left, count, lo, hi))
