"""Numbers that the text fixes: array lengths, enum values, pool sizes, `if (CONSTANT)`."""

from __future__ import annotations

from collections.abc import Callable

from racewalk.lang import tree

BINARY: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
    "<<": lambda a, b: a << min(b, 64) if b >= 0 else 0,
    ">>": lambda a, b: a >> b if b >= 0 else 0,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
}
"""What the operators mean, as C rounds and compares; division by zero raises ZeroDivisionError."""

EXACT_BITS = 64
"""A constant whose absolute value needs more bits is refused."""


class NotConstant(Exception):
    """The expression has no value that the text fixes; `node` is the part that has none."""

    def __init__(self, node: tree.Expr) -> None:
        super().__init__("not a constant")
        self.node = node


def evaluate(expr: tree.Expr, lookup: Callable[[str], int | None]) -> int:
    """The value of a constant expression. `lookup` gives a name's number, or None.

    Raises NotConstant, also for a division by zero.
    """

    def value(e: tree.Expr) -> int:
        return evaluate(e, lookup)

    match expr:
        case tree.Number(value=number):
            return number
        case tree.Bool(value=truth):
            return int(truth)
        case tree.Name(name=name):
            found = lookup(name)
            if found is None:
                raise NotConstant(expr)
            return found
        case tree.Unary(op="-", operand=operand):
            return -value(operand)
        case tree.Unary(op="!", operand=operand):
            return int(not value(operand))
        case tree.Unary(op="~", operand=operand):
            return ~value(operand)
        case tree.Conditional(test=test, then=then, other=other):
            return value(then) if value(test) else value(other)
        case tree.Binary(op="&&", left=left, right=right):
            return int(bool(value(left)) and bool(value(right)))
        case tree.Binary(op="||", left=left, right=right):
            return int(bool(value(left)) or bool(value(right)))
        case tree.Binary(op=op, left=left, right=right) if op in BINARY:
            try:
                result = BINARY[op](value(left), value(right))
            except ZeroDivisionError:
                raise NotConstant(expr) from None
            if result.bit_length() > EXACT_BITS:
                raise NotConstant(expr)
            return result
        case _:
            raise NotConstant(expr)
