"""Type names to types: `struct page *`, `pte_t`, `u8` and arrays of them, and the tables of each."""

from __future__ import annotations

from racewalk.lang import tree
from racewalk.lang.constants import NotConstant, evaluate
from racewalk.lang.diagnostics import Diagnostics, did_you_mean
from racewalk.lang.limits import ARRAY_LENGTH
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked
from racewalk.lang.types import (
    BOOL,
    INT,
    INT_TYPES,
    LOCK_TYPES,
    RCU_HEAD,
    VOID,
    ArrayType,
    EnumType,
    IntType,
    LockType,
    RcuHeadType,
    StructType,
    Type,
    WordType,
    is_value,
)


class TypeResolver:
    """Finds types by name and fills the tables of enums, words and structs of a unit."""

    def __init__(self, checked: Checked, sink: Diagnostics) -> None:
        self.out = checked
        self.sink = sink

    def declare(self) -> None:
        """Enter every enum, word and struct of the unit, then their fields."""
        unit, out = self.out.unit, self.out
        for number, enum in enumerate(unit.enums):
            name = enum.name or f"({number})"
            out.enums[name] = EnumType(enum.name or "", {})
            self._members(enum, out.enums[name])
        for word in unit.words.values():
            out.words[word.name] = WordType(word.name)
        for struct in unit.structs.values():
            out.structs[struct.name] = StructType(struct.name)
        for word in unit.words.values():
            self._fields(word, out.words[word.name].fields)
        for struct in unit.structs.values():
            self._fields(struct, out.structs[struct.name].fields)
        for struct in unit.structs.values():
            self._no_circle(struct, out.structs[struct.name])

    def _members(self, enum: tree.Enum, into: EnumType) -> None:
        value = 0
        for member in enum.members:
            if member.value is not None:
                value = self.constant(member.value, "the value of an enum member", value)
            into.members[member.name] = value
            value += 1

    def _fields(self, struct: tree.Struct, into: dict[str, Type]) -> None:
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

    def _no_circle(self, struct: tree.Struct, type_: StructType) -> None:
        """An object cannot hold itself."""

        def inside(t: Type, seen: tuple[Type, ...]) -> bool:
            if isinstance(t, ArrayType):
                return inside(t.element, seen)
            if not isinstance(t, StructType):
                return False
            if t in seen:
                return t is type_
            return any(inside(f, (*seen, t)) for f in t.fields.values())

        if any(inside(f, (type_,)) for f in type_.fields.values()):
            self.sink.error(
                "endless-struct", f"{type_} holds itself", struct.name_span, f"use a pointer: struct {struct.name} *"
            )
            type_.fields.clear()

    def type(self, name: tree.TypeName) -> Type:
        """The type of a specifier with its stars; INT after a diagnostic."""
        base = self._base(name)
        for _ in range(name.pointers):
            base = self.out.pointers.to(base)
        return base

    def declared(self, declarator: tree.Declarator) -> Type:
        """The type that a declarator gives its name: stars, then array bounds."""
        found = self.type(declarator.type)
        if found is VOID:
            self.sink.error("void-variable", f"'{declarator.name}' cannot be void", declarator.span, None)
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

    def lookup(self, name: str) -> int | tree.Expr | None:
        """What a name means in a constant expression."""
        define = self.out.unit.defines.get(name)
        if define is not None:
            return define.value
        for enum in self.out.enums.values():
            if name in enum.members:
                return enum.members[name]
        if name == "NR_CPUS":
            return max(self.out.cpus, default=-1) + 1
        return None

    def _base(self, name: tree.TypeName) -> Type:
        out = self.out
        found: Type | None
        if name.tag == "struct":
            found = out.structs.get(name.name) or LOCK_TYPES.get(name.name)
            if name.name == "rcu_head":
                found = RCU_HEAD
            known = [*out.structs, "rw_semaphore", "rcu_head"]
        elif name.tag == "enum":
            found = out.enums.get(name.name)
            known = list(out.enums)
        elif name.name == "void":
            return VOID
        elif name.name == "bool":
            return BOOL
        else:
            found = INT_TYPES.get(name.name) or out.words.get(name.name) or LOCK_TYPES.get(name.name)
            if isinstance(found, LockType) and found.name.startswith("struct"):
                found = None
            known = [*INT_TYPES, *out.words, "bool", "spinlock_t", "bit_lock_t"]
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
        hint = did_you_mean(name.name, known)
        if name.tag == "name" and (name.name in self.out.structs or name.name in ("rw_semaphore", "rcu_head")):
            hint = f"write 'struct {name.name}'"
        elif name.tag == "name" and name.name in self.out.enums:
            hint = f"write 'enum {name.name}'"
        elif name.tag == "struct" and name.name in self.out.words:
            hint = f"it is a word: write '{name.name}'"
        self.sink.error("unknown-type", f"there is no type '{spelled}'", name.span, hint)


def memory_type(t: Type, span: Span, sink: Diagnostics) -> bool:
    """True for what a global may be: anything but void."""
    if t is VOID or isinstance(t, RcuHeadType):
        sink.error("bad-global", f"a global cannot be {t}", span, None)
        return False
    return True
