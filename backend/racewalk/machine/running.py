"""What runs: registers, places, and what is noticed on the way.

`sections` adds locks and the like to it, `execution` the rest of the instructions.
"""

from __future__ import annotations

from racewalk.lang.types import Type
from racewalk.machine.incident import FATAL, Incident, IncidentKind
from racewalk.machine.memory import Memory
from racewalk.machine.values import evaluate
from racewalk.program.code import Instr
from racewalk.program.fit import fit
from racewalk.program.program import Program
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK, Content, Place, Register, Value


class Dead(Exception):
    """A fatal incident has been recorded: the path ends here."""


class Running:
    """Runs as one actor. `actor == layout.actors` is nobody: setup, finally, properties."""

    def __init__(self, program: Program, memory: Memory, actor: int, choice: int | None = None) -> None:
        self.program = program
        self.layout = program.layout
        self.memory = memory
        self.actor = actor
        self.choice = choice
        self.registers: dict[Register, Content] = {}
        self.incidents: list[Incident] = []
        self.covers: list[str] = []
        self.at = 0
        self.work = 0

    def value(self, value: Value) -> Content:
        return self._register(value) if type(value) is Register else evaluate(value, self._register)

    def number(self, value: Value) -> int:
        content = self.value(value)
        assert isinstance(content, int)
        return content

    # -- registers ------------------------------------------------------------------------------

    def _register(self, register: Register) -> Content:
        if register.slot is not None:
            return self.memory.read(register.slot, register.type)
        return self.registers[register]

    def _set(self, register: Register, value: Content) -> None:
        """The value fits the register's type."""
        if register.slot is not None:
            self.memory.write(register.slot, register.type, value)
        else:
            self.registers[register] = value

    # -- trouble --------------------------------------------------------------------------------

    def _incident(
        self,
        kind: IncidentKind,
        instr: Instr,
        address: int | None = None,
        other: int | None = None,
        t: Type | None = None,
        held: tuple[int, ...] = (),
    ) -> None:
        self.incidents.append(Incident(kind, instr, address, other, t, held=held))
        if kind in FATAL:
            raise Dead

    def _fitting(self, value: Content, t: Type, instr: Instr, address: int | None = None) -> Content:
        """The value as it is stored; what does not fit is reported."""
        stored, whole = fit(value, t)
        if not whole:
            self._incident("overflow", instr, address, value if isinstance(value, int) else None, t)
        return stored

    # -- places ---------------------------------------------------------------------------------

    def address(self, place: Place, instr: Instr, access: bool = True) -> int:
        """Where a place is now; following a pointer checks that what it points to still lives."""
        if isinstance(place.base, int):
            at, generation = place.base, None
        else:
            pointer = self.number(place.base)
            if not pointer:
                self._incident("null-dereference", instr)
            at, generation = pointer & ADDRESS_MASK, pointer >> ADDRESS_BITS
        owner = self.layout.owner_of.get(at)
        if owner is None:
            self._incident("wild-access", instr, at)
            raise Dead
        at += place.offset
        for index in place.indexes:
            number = self.number(index.value)
            if not 0 <= number < index.length:
                self._incident("index-out-of-range", instr, at, number)
            at += number * index.stride
        if access and owner.life is not None and not instr.observe:
            stale = generation is not None and generation != self.memory.generation(owner)
            if stale or not self.memory.is_live(owner):
                self._incident("use-after-free", instr, at, other=int(self.memory.is_live(owner)))
        return at

    def _pointer(self, place: Place, instr: Instr) -> int:
        """A pointer to a place: of the generation of the pointer that led there."""
        at = self.address(place, instr, access=False)
        if isinstance(place.base, int):
            return self.memory.pointer_to(at)
        return at | (self.number(place.base) >> ADDRESS_BITS) << ADDRESS_BITS
