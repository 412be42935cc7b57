"""Type names to types: `struct page *`, `pte_t`, `u8` and arrays of them, and the tables of each."""

from __future__ import annotations

from racewalk.lang import toplevel, tree
from racewalk.lang.constants import NotConstant, evaluate
from racewalk.lang.defines import in_order
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.limits import ARRAY_LENGTH, NESTING
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked, EnumSymbol
from racewalk.lang.types import (
    BOOL,
    INT,
    INT_TYPES,
    OPAQUE_TYPES,
    RCU_HEAD,
    UNSIGNED,
    VOID,
    EnumType,
    IntType,
    LockType,
    RcuHeadType,
    SignalType,
    StructType,
    Type,
    WordType,
    element_of,
    is_value,
)


class TypeResolver:
    """Finds types by name and fills the tables of enums, words and structs of a unit."""

    def __init__(self, checked: Checked, sink: Diagnostics) -> None:
        self.out = checked
        self.sink = sink
        self._heights: dict[str, int] = {}  # struct -> how many objects are inside each other
        self._defines: dict[str, int | None] = {}  # #define -> its number, None if it is none

    def declare_enums(self) -> None:
        """Enter every enum of the unit; the CPUs can be numbered then."""
        for number, enum in enumerate(self.out.unit.enums):
            name = enum.name or f"({number})"
            self.out.enums[name] = EnumType(enum.name or "", {})
            self._members(enum, self.out.enums[name])
        self._forget_failures()

    def declare(self) -> None:
        """Enter every word and struct of the unit, then their fields."""
        unit, out = self.out.unit, self.out
        self._forget_failures()
        for word in unit.words.values():
            self._new_name(word)
            out.words[word.name] = WordType(word.name)
        for struct in unit.structs.values():
            self._new_name(struct)
            out.structs[struct.name] = StructType(struct.name)
        for word in unit.words.values():
            self._fields(word, out.words[word.name].fields)
        for struct in unit.structs.values():
            self._fields(struct, out.structs[struct.name].fields)
        for word in unit.words.values():
            if not word.fields:
                self.sink.error("empty-struct", f"the word {word.name} has no fields", word.name_span)
        for struct_type in out.structs.values():
            self._measure(struct_type)

    def _members(self, enum: toplevel.Enum, into: EnumType) -> None:
        value = 0
        for member in enum.members:
            if member.value is not None:
                value = self.constant(member.value, "the value of an enum member", value)
            into.members[member.name] = value
            self.out.enumerators[member.name] = EnumSymbol(member.name, value, into)
            value += 1
        low, high = min(into.members.values(), default=0), max(into.members.values(), default=0)
        if low < INT.lowest or high > (INT.highest if low < 0 else UNSIGNED.highest):
            self.sink.error("enum-range", "the members of an enum must fit 16 bits", enum.span)
            into.members.update(dict.fromkeys(into.members, 0))

    def _new_name(self, decl: toplevel.Struct) -> None:
        if decl.name in OPAQUE_TYPES or decl.name == "rcu_head":
            self.sink.error("duplicate", f"'{decl.name}' is built in", decl.name_span, "choose another name")

    def _fields(self, struct: toplevel.Struct, into: dict[str, Type]) -> None:
        for item in struct.fields:
            found = self.declared(item.declarator)
            if item.declarator.name in into:
                self.sink.error("duplicate-field", f"'{item.declarator.name}' is declared twice", item.span, None)
            if struct.word and not is_value(found):
                self.sink.error(
                    "bad-word-field",
                    f"a field of a word is a number, a bool, an enum or a pointer, not {found}",
                    item.span,
                    "make it an object: struct name { ... };",
                )
                continue
            if isinstance(found, WordType) and struct.word:
                self.sink.error("bad-word-field", "a word holds no words", item.span, "list its fields instead")
                continue
            into[item.declarator.name] = found

    def _measure(self, struct: StructType, trail: tuple[StructType, ...] = ()) -> int:
        """How many objects are inside each other; one that holds itself, or too many, is reported and emptied."""
        known = self._heights.get(struct.name)
        if known is not None:
            return known
        decl = self.out.unit.structs[struct.name]
        height = 1
        for inner in map(element_of, struct.fields.values()):
            if not isinstance(inner, StructType):
                continue
            if inner is struct or inner in trail:
                self._cut(struct, "endless-struct", f"{struct} holds itself", f"use a pointer: {inner} *")
                break
            if len(trail) >= NESTING:
                message = f"objects are inside each other more than {NESTING} times (limit NESTING)"
                self._cut(struct, "limit-nesting", message, None)
                break
            height = max(height, 1 + self._measure(inner, (*trail, struct)))
        if height > NESTING:
            message = f"{height} objects inside each other; {NESTING} are allowed (limit NESTING)"
            self._cut(struct, "limit-nesting", message, None)
            height = 1
        if not decl.fields:
            self._cut(struct, "empty-struct", f"{struct} has no fields, so it would lie nowhere", None)
        self._heights[struct.name] = height
        return height

    def _cut(self, struct: StructType, code: str, message: str, hint: str | None) -> None:
        self.sink.error(code, message, self.out.unit.structs[struct.name].name_span, hint)
        struct.fields.clear()

    def type(self, name: tree.TypeName) -> Type:
        """The type of a specifier with its stars; INT after a diagnostic."""
        base = self._base(name)
        if name.pointers > NESTING:
            self.sink.error("limit-nesting", f"a type has at most {NESTING} '*' (limit NESTING)", name.span)
            return INT
        for _ in range(name.pointers):
            base = self.out.pointers.to(base)
        return base

    def declared(self, declarator: tree.Declarator) -> Type:
        """The type that a declarator gives its name: stars, then array bounds."""
        found = self.type(declarator.type)
        if found is VOID:
            self.sink.error("void-variable", f"'{declarator.name}' cannot be void", declarator.span, None)
            return INT
        if len(declarator.dims) > NESTING:
            message = f"an array has at most {NESTING} bounds (limit NESTING)"
            self.sink.error("limit-nesting", message, declarator.span)
            return INT
        for dim in reversed(declarator.dims):
            length = self.constant(dim, "the length of an array", 1)
            if not 1 <= length <= ARRAY_LENGTH:
                message = f"an array has 1 to {ARRAY_LENGTH} elements (limit ARRAY_LENGTH)"
                self.sink.error("array-length", message, dim.span, None)
                length = 1
            found = self.out.pointers.array(found, length)
        return found

    def constant(self, expr: tree.Expr, what: str, otherwise: int) -> int:
        """A number that the text fixes; `otherwise` after a diagnostic."""
        try:
            return evaluate(expr, self.lookup)
        except NotConstant as no:
            self.sink.error("not-constant", f"{what} must be a constant", no.node.span, "a number, or a #define of one")
            return otherwise

    def lookup(self, name: str) -> int | None:
        """What a name means in a constant expression."""
        if name in self.out.unit.defines:
            for needed in in_order(name, self.out.unit.defines, self._defines):
                self._defines[needed] = self._number(needed)
        return self._known(name)

    def _number(self, name: str) -> int | None:
        """The number that a #define is, those that it mentions being known; None if it is none."""
        try:
            return evaluate(self.out.unit.defines[name].value, self._known)
        except NotConstant:
            return None

    def _forget_failures(self) -> None:
        """More names are numbers now."""
        self._defines = {name: number for name, number in self._defines.items() if number is not None}

    def _known(self, name: str) -> int | None:
        if name in self.out.unit.defines:
            return self._defines.get(name)
        if name in self.out.enumerators:
            return self.out.enumerators[name].value
        if name == "NR_CPUS" and self.out.cpus:
            return max(self.out.cpus) + 1
        return None

    def _base(self, name: tree.TypeName) -> Type:
        out = self.out
        found: Type | None
        if name.tag == "struct":
            found = out.structs.get(name.name) or OPAQUE_TYPES.get(name.name)
            if name.name == "rcu_head":
                found = RCU_HEAD
            known = [*out.structs, *_built_in("struct "), "rcu_head"]
        elif name.tag == "enum":
            found = out.enums.get(name.name)
            known = list(out.enums)
        elif name.name == "void":
            return VOID
        elif name.name == "bool":
            return BOOL
        else:
            found = INT_TYPES.get(name.name) or out.words.get(name.name) or OPAQUE_TYPES.get(name.name)
            if isinstance(found, LockType | SignalType) and found.name.startswith("struct"):
                found = None
            known = [*INT_TYPES, *out.words, "bool", *_built_in("")]
        if found is None:
            self._unknown(name, known)
            return INT
        if name.wrapping:
            if not isinstance(found, IntType):
                self.sink.error("bad-wrapping", "only integers can be wrapping", name.span, None)
            else:
                return out.pointers.wrapping(found)
        return found

    def _unknown(self, name: tree.TypeName, known: list[str]) -> None:
        spelled = name.name if name.tag == "name" else f"{name.tag} {name.name}"
        hint = self.sink.suggest(name.name, known)
        if name.tag == "name" and (name.name in self.out.structs or name.name in [*_built_in("struct "), "rcu_head"]):
            hint = f"write 'struct {name.name}'"
        elif name.tag == "name" and name.name in self.out.enums:
            hint = f"write 'enum {name.name}'"
        elif name.tag == "struct" and name.name in self.out.words:
            hint = f"it is a word: write '{name.name}'"
        self.sink.error("unknown-type", f"there is no type '{spelled}'", name.span, hint)


def _built_in(prefix: str) -> list[str]:
    """The locks and the like whose types are written with "struct ", or those without."""
    return [name for name, t in OPAQUE_TYPES.items() if str(t) == prefix + name]


def memory_type(t: Type, span: Span, sink: Diagnostics) -> bool:
    """True for what a global may be: anything but void."""
    if t is VOID or isinstance(t, RcuHeadType):
        sink.error("bad-global", f"a global cannot be {t}", span, None)
        return False
    return True
