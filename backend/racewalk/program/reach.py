"""What an instruction mentions and where control can go: the facts about code that passes share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from racewalk.program.code import Branch, End, Instr, Jump, Place, Region, Register, Site, Target


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


def first_steps(code: list[Instr], start: int) -> set[int]:
    """The visible instructions that control meets first from `start`."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = [start]
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


def registers_in(item: object) -> Iterator[Register]:
    """Every register that an instruction mentions, read or written."""
    if isinstance(item, Register):
        yield item
    elif isinstance(item, tuple):
        for inner in item:
            yield from registers_in(inner)
    elif isinstance(item, Site | Target | Region):
        return
    elif is_dataclass(item) and not isinstance(item, type):
        if isinstance(item, Instr | Place) or type(item).__module__ == Instr.__module__:
            for f in fields(item):
                yield from registers_in(getattr(item, f.name))


def outermost(region: Region | None) -> Region | None:
    """The region that makes the step."""
    while region is not None and region.outer is not None:
        region = region.outer
    return region
