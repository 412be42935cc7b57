"""What an instruction mentions and where control can go: the facts about code that passes share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from racewalk.program.code import MODULES, Branch, End, Instr, Jump, Region, Site, Target
from racewalk.program.values import Const, Register

NO_PARTS = frozenset({"site", "region", "observe", "visible", "work", "type", "span"})
PLAIN_TYPES = frozenset({"int", "str", "bool", "int | None", "str | None", "Content"})
"""Annotations of fields that hold nothing but numbers and words."""


def successors(code: list[Instr], index: int) -> list[int]:
    """Where control can go from an instruction."""
    match code[index]:
        case Jump(to=to):
            return [to.index]
        case Branch(then=then, other=other):
            return [then.index, other.index]
        case End():
            return []
    return [index + 1]


def reachable(code: list[Instr], start: int = 0) -> set[int]:
    """The instructions that control can come to from `start`."""
    seen: set[int] = set()
    todo = [start]
    while todo:
        index = todo.pop()
        if index not in seen and index < len(code):
            seen.add(index)
            todo += successors(code, index)
    return seen


def within_step(code: list[Instr], start: int) -> list[Instr]:
    """What a step may execute: from its first instruction to the next that is visible; checks left out."""
    seen: set[int] = set()
    todo = [start]
    while todo:
        at = todo.pop()
        if at not in seen and at < len(code) and (at == start or not code[at].visible):
            seen.add(at)
            todo += successors(code, at)
    return [code[at] for at in sorted(seen) if not code[at].observe]


def comes_to_end(code: list[Instr]) -> bool:
    """Control can come to the end of the code, as far as its shape tells."""
    return any(isinstance(code[index], End) for index in reachable(code))


def first_steps(code: list[Instr], starts: Sequence[int]) -> set[int]:
    """The visible instructions that control meets first from any of the `starts`."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = list(starts)
    while todo:
        index = todo.pop()
        if index in seen or index >= len(code):
            continue
        seen.add(index)
        if code[index].visible:
            found.add(index)
        else:
            todo += successors(code, index)
    return found


def step_graph(code: list[Instr]) -> dict[int, set[int]]:
    """Each reachable visible instruction with those that may come next."""
    visible = [at for at in reachable(code) if code[at].visible]
    return {at: first_steps(code, successors(code, at)) for at in visible}


def has_loop(code: list[Instr]) -> bool:
    """Some step can come again after itself."""
    following = step_graph(code)
    done: set[int] = set()
    for start in following:
        path: dict[int, None] = {}
        todo = [(start, True)]
        while todo:
            at, entering = todo.pop()
            if not entering:
                path.pop(at)
                done.add(at)
            elif at in path:
                return True
            elif at not in done:
                path[at] = None
                todo.append((at, False))
                todo += [(after, True) for after in sorted(following[at])]
    return False


def parts_in(item: object) -> Iterator[object]:
    """An instruction, place or value, and all places and values in it."""
    todo = [item]
    while todo:
        part = todo.pop()
        kind = type(part)
        if kind is tuple:
            todo += part  # type: ignore[arg-type]
        elif (names := _part_names[kind]) is not None:
            yield part
            for name in names:
                todo.append(getattr(part, name))


def count_parts(item: object) -> int:
    """How many things `parts_in` gives that are no constants, without making a generator of them."""
    todo, found = [item], 0
    while todo:
        part = todo.pop()
        kind = type(part)
        if kind is tuple:
            todo += part  # type: ignore[arg-type]
        elif (names := _part_names[kind]) is not None:
            found += kind is not Const
            for name in names:
                todo.append(getattr(part, name))
    return found


def direct_parts(item: object) -> Iterator[object]:
    """The places and values that an instruction, place or value is made of, not what those are made of."""
    todo = [getattr(item, name) for name in _part_names[type(item)] or ()]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple):
            todo += part
        else:
            yield part


def registers_in(item: object) -> set[Register]:
    """The registers that an instruction, a place or a value mentions, read or written."""
    found: set[Register] = set()
    todo = [item]
    while todo:
        part = todo.pop()
        kind = type(part)
        if kind is Register:
            found.add(part)  # type: ignore[arg-type]
        elif kind is tuple:
            todo += part  # type: ignore[arg-type]
        else:
            for name in _part_names[kind] or ():
                todo.append(getattr(part, name))
    return found


def assigned_in(instr: Instr) -> set[Register]:
    """The registers that an instruction sets, each of them whole."""
    targets = (getattr(instr, name) for name in TARGETS if name in _parts_of(instr))
    return {target for target in targets if target is not None}


def read_in(instr: Instr) -> set[Register]:
    """The registers that an instruction reads."""
    return {r for name in _parts_of(instr) if name not in TARGETS for r in registers_in(getattr(instr, name))}


TARGETS = ("target", "head", "which")
"""The fields of instructions in which a register stands that is set."""


def _parts_of(instr: Instr) -> tuple[str, ...]:
    return _part_names[type(instr)] or ()


class _PartNames(dict[type, tuple[str, ...] | None]):
    """The fields in which a thing of some class has parts; None for what is none itself."""

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        names: tuple[str, ...] | None = None
        if kind is Register:
            names = ()
        elif kind.__module__ in MODULES and kind not in (Site, Target, Region):
            names = tuple(f.name for f in fields(kind) if f.name not in NO_PARTS and f.type not in PLAIN_TYPES)
        self[kind] = names
        return names


_part_names = _PartNames()


def outermost(region: Region | None) -> Region | None:
    """The region that makes the step."""
    return region.top if region is not None else None
