"""What a name stands for, and everything the checker found out about a unit of text."""

from __future__ import annotations

from dataclasses import field

from racewalk.lang import toplevel, tree
from racewalk.lang.assemble import Unit
from racewalk.lang.types import EnumType, PointerTable, StructType, Type, WordType
from racewalk.record import frozen_record, record


@frozen_record
class LocalSymbol:
    """A local or a parameter."""

    name: str
    type: Type
    node: tree.Declare | toplevel.Param | tree.ForEachObject


@frozen_record
class GlobalSymbol:
    """A global variable or object, or one object of a pool."""

    name: str
    type: Type
    init: tree.Expr | tree.InitList | None
    ghost: bool = False
    pool: str | None = None


@frozen_record
class ConstantSymbol:
    """A `#define`: wherever the name stands, its expression stands."""

    name: str
    value: tree.Expr


@frozen_record
class EnumSymbol:
    name: str
    value: int
    type: EnumType


@frozen_record
class NumberSymbol:
    """NR_CPUS."""

    name: str
    value: int


Symbol = LocalSymbol | GlobalSymbol | ConstantSymbol | EnumSymbol | NumberSymbol


@frozen_record
class PoolInfo:
    prefix: str
    type: StructType
    count: int


@frozen_record
class FunctionInfo:
    """A function's signature with types resolved; `params` in order."""

    decl: toplevel.Function
    result: Type
    params: tuple[LocalSymbol, ...]

    @property
    def inline(self) -> bool:
        return "inline" in self.decl.qualifiers

    @property
    def region(self) -> str | None:
        """ "atomic" or "fuse" when the whole body is one step."""
        return next((q for q in ("atomic", "fuse") if q in self.decl.qualifiers), None)


@record
class Checked:
    """A unit with every expression typed and every name resolved."""

    unit: Unit
    pointers: PointerTable = field(default_factory=PointerTable)
    structs: dict[str, StructType] = field(default_factory=dict)
    words: dict[str, WordType] = field(default_factory=dict)
    enums: dict[str, EnumType] = field(default_factory=dict)
    enumerators: dict[str, EnumSymbol] = field(default_factory=dict)
    defines: dict[str, tree.Expr] = field(default_factory=dict)
    """Each #define that is used, after those that it mentions; all are constants."""
    globals: dict[str, GlobalSymbol] = field(default_factory=dict)
    pools: dict[str, PoolInfo] = field(default_factory=dict)
    functions: dict[str, FunctionInfo] = field(default_factory=dict)
    cpus: dict[int, toplevel.Actor] = field(default_factory=dict)
    softirqs: dict[toplevel.Actor, int] = field(default_factory=dict)  # the number of the CPU
    type_of: dict[tree.Expr, Type] = field(default_factory=dict)
    symbol_of: dict[tree.Name, Symbol] = field(default_factory=dict)
    local_of: dict[tree.Declare | toplevel.Param | tree.ForEachObject, LocalSymbol] = field(default_factory=dict)
    loop_of: dict[tree.ForEach, tree.For] = field(default_factory=dict)
    reassigned: set[LocalSymbol] = field(default_factory=set)
    """Locals that are written after their declaration, or whose address is passed on."""
