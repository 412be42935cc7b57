"""Shorter routines that do the same: copies and constants carried forward, what is used once put in its place.

All of it looks at one basic block at a time. An access through a pointer never touches headers and
frames, which only have fixed addresses; `private` says which these are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from racewalk.explain.promela.numbers import NO, YES, Byte, Expr, Num, Temp, parts, rebuilt
from racewalk.explain.promela.ops import Arrive, Die, Fork, Jump, Let, Mark, Note, Op, Put, Wait

Private = Callable[[int], bool]

ENDS = (Fork, Jump, Arrive)


def simplify(ops: Iterable[Op], private: Private, results: frozenset[str]) -> tuple[Op, ...]:
    """`results` are temporaries that somebody reads afterwards."""
    found = list(ops)
    for _ in range(3):
        before = found
        found = [op for block in _blocks(found) for op in _forward(block)]
        found = _reachable(found)
        uses = _uses(found, results)
        found = [op for block in _blocks(found) for op in _placed(block, uses, private)]
        uses = _uses(found, results)
        found = [op for op in found if not (isinstance(op, Let) and not uses[op.temp.name])]
        if found == before:
            break
    return tuple(found)


def expressions(op: Op) -> tuple[Expr, ...]:
    """What an operation computes."""
    match op:
        case Let(value=value):
            return (value,)
        case Put(address=address, value=value):
            return address, value
        case Note(test=test) | Die(test=test) | Wait(test=test) | Fork(test=test):
            return (test,)
    return ()


def with_expressions(op: Op, change: Callable[[Expr], Expr]) -> Op:
    match op:
        case Let(temp=temp, value=value):
            return Let(temp, change(value))
        case Put(address=address, value=value):
            return Put(change(address), change(value))
        case Note(kind=kind, test=test):
            return Note(kind, change(test))
        case Die(kind=kind, test=test):
            return Die(kind, change(test))
        case Wait(test=test):
            return Wait(change(test))
        case Fork(test=test, then=then, other=other):
            return Fork(change(test), then, other)
    return op


def _uses(ops: list[Op], results: frozenset[str]) -> Counter[str]:
    found = Counter(p.name for op in ops for e in expressions(op) for p in parts(e) if isinstance(p, Temp))
    found.update(dict.fromkeys(results, 2))
    return found


def _blocks(ops: list[Op]) -> Iterator[list[Op]]:
    block: list[Op] = []
    for op in ops:
        if isinstance(op, Mark) and block:
            yield block
            block = []
        block.append(op)
        if isinstance(op, ENDS):
            yield block
            block = []
    if block:
        yield block


def _forward(block: list[Op]) -> Iterator[Op]:
    """Copies and constants in place of the temporaries that hold them."""
    known: dict[str, Expr] = {}

    def replaced(expr: Expr) -> Expr:
        return rebuilt(expr, lambda part: known.get(part.name) if isinstance(part, Temp) else None)

    for op in block:
        op = with_expressions(op, replaced) if known else op
        if isinstance(op, Let):
            name = op.temp.name
            known = {k: v for k, v in known.items() if k != name and not (isinstance(v, Temp) and v.name == name)}
            if isinstance(op.value, Num | Temp) and op.value != op.temp:
                known[name] = op.value
        if (isinstance(op, Die | Note) and op.test == NO) or (isinstance(op, Wait) and op.test == YES):
            continue
        if isinstance(op, Fork) and isinstance(op.test, Num):
            op = Jump(op.then if op.test.value else op.other)
        yield op


def _reachable(ops: list[Op]) -> list[Op]:
    """Only blocks that control can come to, without jumps to what comes next anyway."""
    blocks = list(_blocks(ops))
    at = {op.label: i for i, block in enumerate(blocks) for op in block[:1] if isinstance(op, Mark)}
    seen: set[int] = set()
    todo = [0]
    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        match blocks[number][-1]:
            case Fork(then=then, other=other):
                todo += [at[then], at[other]]
            case Jump(label=label):
                todo.append(at[label])
            case Arrive():
                pass
            case _:
                todo.append(number + 1)
    kept = [op for number, block in enumerate(blocks) if number in seen for op in block]
    result = [
        op
        for op, following in zip(kept, [*kept[1:], None], strict=True)
        if not (isinstance(op, Jump) and isinstance(following, Mark) and following.label == op.label)
    ]
    aims = {label for op in result for label in _aims(op)}
    return [op for op in result if not isinstance(op, Mark) or op.label in aims]


def _aims(op: Op) -> tuple[int, ...]:
    match op:
        case Jump(label=label):
            return (label,)
        case Fork(then=then, other=other):
            return then, other
    return ()


@dataclass(slots=True)
class _Held:
    """A value that waits for the one place where it is used."""

    let: Let
    temps: frozenset[str]
    reads: tuple[Expr, ...]  # addresses

    def is_changed_by(self, op: Op, private: Private) -> bool:
        if isinstance(op, Let):
            return op.temp.name in self.temps
        if not isinstance(op, Put):
            return False
        return any(may_be_same(op.address, address, private) for address in self.reads)


def _placed(block: list[Op], uses: Counter[str], private: Private) -> Iterator[Op]:
    """A temporary that is used once, in its block, is replaced by its value, unless that changes in between."""
    sets = Counter(op.temp.name for op in block if isinstance(op, Let))
    held: dict[str, _Held] = {}

    def replaced(expr: Expr) -> Expr:
        return rebuilt(expr, taken)

    def taken(part: Expr) -> Expr | None:
        if not (isinstance(part, Temp) and part.name in held):
            return None
        return held.pop(part.name).let.value

    for op in block:
        op = with_expressions(op, replaced) if held else op
        for name in [name for name, one in held.items() if one.is_changed_by(op, private)]:
            yield held.pop(name).let
        if isinstance(op, ENDS):
            yield from (one.let for one in held.values())
            held.clear()
        if isinstance(op, Let) and uses[op.temp.name] == 1 and sets[op.temp.name] == 1:
            temps = frozenset(p.name for p in parts(op.value) if isinstance(p, Temp))
            reads = tuple(p.address for p in parts(op.value) if isinstance(p, Byte))
            held[op.temp.name] = _Held(op, temps, reads)
        else:
            yield op
    yield from (one.let for one in held.values())


def may_be_same(left: Expr, right: Expr, private: Private) -> bool:
    if isinstance(left, Num) and isinstance(right, Num):
        return left.value == right.value
    fixed = left if isinstance(left, Num) else right
    return not (isinstance(fixed, Num) and private(fixed.value))
