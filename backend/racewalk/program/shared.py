"""Which accesses are steps: the memory that one actor writes and another touches.

Memory is told apart by how the text names it: a field of a struct ("page.mapcount"), a word type
("pte_t": a pointer may lead to any of them), a global, the life of the objects of a pool. A scalar
that is reached through a pointer to its type is the same as every field whose address is taken.
Setup, kmalloc's initialisers and checks do not count; kfree writes every field of its type.
"""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.lang.symbols import Checked
from racewalk.lang.types import ArrayType, LockType, RcuHeadType, StructType, Type, WordType
from racewalk.program.code import (
    Acquire,
    AddressOf,
    Allocate,
    AskFinished,
    AskIrqs,
    AskLive,
    Await,
    CallRcu,
    Choose,
    Downgrade,
    Enter,
    Free,
    GracePeriod,
    Instr,
    Load,
    NextObject,
    Place,
    RcuReadLock,
    RcuReadUnlock,
    Release,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Update,
)
from racewalk.program.reach import outermost, reachable

OPERATIONS = (
    Acquire,
    Release,
    Downgrade,
    RcuReadLock,
    RcuReadUnlock,
    CallRcu,
    SynchronizeRcu,
    GracePeriod,
    SetIrqs,
    Allocate,
    Free,
    Await,
    Choose,
    AskFinished,
    AskIrqs,
)
"""Instructions that are steps wherever they stand."""


class Sharing:
    """Decides what is shared, from the reachable code of all actors."""

    def __init__(self, checked: Checked, codes: list[list[Instr]]) -> None:
        self._structs = checked.structs
        self._pointed: set[str] = set()
        live = [[code[i] for i in sorted(reachable(code))] for code in codes]
        for instr in (i for code in live for i in code):
            if isinstance(instr, AddressOf):
                self._pointed.add(instr.place.key)
        written = [{c for i in code for m, c in self.touches(i) if m == "W"} for code in live]
        touched = [{c for i in code for _, c in self.touches(i)} for code in live]
        self.shared = {
            name
            for i, mine in enumerate(written)
            for name in mine
            if any(name in theirs for j, theirs in enumerate(touched) if i != j)
        }

    def class_of(self, place: Place) -> str:
        """The name under which an access is compared with others."""
        return self._class(place.key, place.type)

    def _class(self, key: str, t: Type) -> str:
        if isinstance(t, WordType):
            return t.name
        return f"*{t}" if key in self._pointed else key

    def touches(self, instr: Instr) -> Iterator[tuple[str, str]]:
        """("R" or "W", class) of every access of memory that an instruction makes."""
        if instr.observe:
            return
        match instr:
            case Load(place=place):
                yield "R", self.class_of(place)
            case Store(place=place):
                yield "W", self.class_of(place)
            case Update(place=place):
                yield "R", self.class_of(place)
                yield "W", self.class_of(place)
            case Free(struct=struct):
                yield "W", f"life of {struct}"
                for name, field in self._structs[struct].fields.items():
                    inner: Type = field
                    while isinstance(inner, ArrayType):
                        inner = inner.element
                    if not isinstance(inner, LockType | RcuHeadType | StructType):
                        yield "W", self._class(f"{struct}.{name}", inner)
            case Allocate(target=target):
                pointed = target.type.target  # type: ignore[union-attr]
                assert isinstance(pointed, StructType)
                yield "W", f"life of {pointed.name}"
            case AskLive(struct=struct) if struct is not None:
                yield "R", f"life of {struct}"
            case NextObject(target=target):
                pointed = target.type.target  # type: ignore[union-attr]
                assert isinstance(pointed, StructType)
                yield "R", f"life of {pointed.name}"

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
