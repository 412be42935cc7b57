"""Which accesses are steps: the memory that one actor writes and another touches.

Memory is told apart by how the text names it: a field of a struct ("page.mapcount"), a word type
("pte_t": a pointer may lead to any of them), a global, the life of the objects of a pool. A scalar
that is reached through a pointer to its type is the same as every field whose address is taken.
Setup, kmalloc's initialisers and checks do not count; kfree writes every field of its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from racewalk.lang.symbols import Checked
from racewalk.lang.types import LockType, PointerType, RcuHeadType, SignalType, StructType, Type, WordType, element_of
from racewalk.program.code import (
    ACTS,
    Allocate,
    AskFinished,
    AskIrqs,
    AskLive,
    Enter,
    Free,
    Instr,
    Load,
    NextObject,
    Store,
    Update,
)
from racewalk.program.reach import outermost, reachable
from racewalk.program.values import Register

OPERATIONS = (*(act for act in ACTS if act not in (Store, Update)), AskFinished, AskIrqs)
"""Instructions that are steps wherever they stand: a store is one only where memory is shared."""


class Sharing:
    """Decides what is shared, from the reachable code of all actors.

    `pointed` are the keys of the places whose address is taken, wherever that is.
    """

    def __init__(self, checked: Checked, codes: list[list[Instr]], pointed: set[str]) -> None:
        self._structs = checked.structs
        self._pools = sorted({pool.type.name for pool in checked.pools.values()})
        self._pointed = pointed
        self._freed: dict[str, list[str]] = {}  # struct -> the classes of all that it holds
        live = [[code[i] for i in sorted(reachable(code))] for code in codes]
        self._followed = {
            instr.place.key for code in live for instr in code if isinstance(instr, Load | Store | Update)
        }
        written = [{c for i in code for m, c in self.touches(i) if m == "W"} for code in live]
        touched = [{c for i in code for _, c in self.touches(i)} for code in live]
        count = Counter(name for theirs in touched for name in theirs)
        self.shared = {name for mine in written for name in mine if count[name] > 1}

    def _class(self, key: str, t: Type) -> str:
        """The name under which an access is compared with others."""
        if isinstance(t, WordType):
            return t.name
        return f"*{t}" if key in self._pointed and f"*{t}" in self._followed else key

    def touches(self, instr: Instr) -> Iterator[tuple[str, str]]:
        """("R" or "W", class) of every access of memory that an instruction makes."""
        if instr.observe:
            return
        match instr:
            case Load(place=place):
                yield "R", self._class(place.key, place.type)
            case Store(place=place):
                yield "W", self._class(place.key, place.type)
            case Update(place=place):
                yield "R", self._class(place.key, place.type)
                yield "W", self._class(place.key, place.type)
            case Free(struct=struct):
                yield "W", f"life of {struct}"
                if struct not in self._freed:
                    self._freed[struct] = list(dict.fromkeys(self._fields(self._structs[struct], set())))
                for name in self._freed[struct]:
                    yield "W", name
            case Allocate(target=target):
                yield "W", f"life of {_pointee(target)}"
            case AskLive(struct=struct):
                for name in [struct] if struct is not None else self._pools:
                    yield "R", f"life of {name}"
            case NextObject(target=target):
                yield "R", f"life of {_pointee(target)}"

    def _fields(self, struct: StructType, seen: set[StructType]) -> Iterator[str]:
        """The classes of all that an object holds, objects inside it included; locks are no memory to read."""
        seen.add(struct)
        for name, field in struct.fields.items():
            inner = element_of(field)
            if isinstance(inner, StructType):
                if inner not in seen:
                    yield from self._fields(inner, seen)
            elif not isinstance(inner, LockType | SignalType | RcuHeadType):
                yield self._class(f"{struct.name}.{name}", inner)

    def is_step(self, instr: Instr) -> bool:
        """The instruction would start a step, were it not part of a region."""
        if instr.observe:
            return False
        return isinstance(instr, OPERATIONS) or any(c in self.shared for _, c in self.touches(instr))


def mark_visible(code: list[Instr], sharing: Sharing) -> None:
    """Set `visible` on every instruction that starts a step."""
    live = reachable(code)
    wanted = set()
    for index in sorted(live):
        instr = code[index]
        region = outermost(instr.region)
        if region is None:
            instr.visible = sharing.is_step(instr)
        elif sharing.is_step(instr):
            wanted.add(region)
    for index in live:
        instr = code[index]
        if isinstance(instr, Enter) and instr.region in wanted:
            instr.visible = True


def _pointee(register: Register) -> str:
    pointer = register.type
    assert isinstance(pointer, PointerType)
    assert isinstance(pointer.target, StructType)
    return pointer.target.name
