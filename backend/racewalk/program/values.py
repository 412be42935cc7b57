"""Values: what an instruction computes with, and the places in memory that it may go to.

Values are small pure expressions over *registers* (locals and temporaries). Pointers are numbers: the
address of a byte of the state in the low ADDRESS_BITS, and above them the generation of the pool object
at the time when the pointer was made (see `racewalk.program.layout`).
"""

from __future__ import annotations

from racewalk.lang.source import Span
from racewalk.lang.types import Type
from racewalk.record import record, value_record

ADDRESS_BITS = 10
ADDRESS_MASK = (1 << ADDRESS_BITS) - 1

Word = tuple[int, ...]
Content = int | Word
"""What a register or a cell holds: a number (bool, enum and pointer too), or a word's fields."""


@record
class Register:
    """A local, a parameter or a temporary of one inlined call.

    `slot` is its address in the state when it must survive between steps, else None. A named local
    is in scope for the instructions `first <= index < last`; a temporary from its making to its use.
    """

    name: str
    type: Type
    function: str
    temporary: bool
    first: int = 0
    last: int = 0
    slot: int | None = None


@value_record
class Const:
    value: Content


@value_record
class FieldOf:
    """One field of a word."""

    word: Value
    index: int


@value_record
class MakeWord:
    items: tuple[Value, ...]


@value_record
class WithField:
    """A word with one field replaced."""

    word: Value
    index: int
    value: Value


@value_record
class Operate:
    """Integer arithmetic and comparison; division by zero is a finding."""

    op: str
    left: Value
    right: Value


@value_record
class Same:
    """`==` of pointers and words: pointers compare by address, whatever their generation."""

    left: Value
    right: Value
    type: Type
    negate: bool


@value_record
class Select:
    """`test ? then : other` where no arm has an effect."""

    test: Value
    then: Value
    other: Value


@value_record
class Narrow:
    """A value as a store of the type leaves it: of a `wrapping` integer, the low bits."""

    value: Value
    type: Type


Value = Const | Register | FieldOf | MakeWord | WithField | Operate | Same | Select | Narrow


@value_record
class Index:
    value: Value
    stride: int
    length: int


@value_record
class Place:
    """Where an access goes: `base` (an address, or a pointer value to follow) plus offset and indexes.

    `key` names what the place is by declaration: "mm_struct.pmd", "*pte_t", or a global's name. `span` is
    the text that names it.
    """

    base: int | Value
    offset: int
    indexes: tuple[Index, ...]
    type: Type
    key: str
    span: Span

    @property
    def address(self) -> int | None:
        """The address, where the text alone fixes it."""
        return self.base + self.offset if isinstance(self.base, int) and not self.indexes else None
