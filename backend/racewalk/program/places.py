"""Where an access goes: places in memory, locals behind a name, and what must be fixed before something changes it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from racewalk.lang import tree
from racewalk.lang.source import Span
from racewalk.lang.symbols import GlobalSymbol, LocalSymbol
from racewalk.lang.types import NUMBER, PointerType, StructType, Type, WordType
from racewalk.lang.walk import parts_of
from racewalk.program.code import AddressOf, Load
from racewalk.program.emit import Alias, Emitter
from racewalk.program.fold import field_of, register_type
from racewalk.program.layout import offset_of, size_of
from racewalk.program.reach import registers_in
from racewalk.program.values import Const, Index, Place, Register, Value


class Places(Emitter):
    """Adds places to the emitter: how they are found, loaded, and kept as they were."""

    @abstractmethod
    def value(self, expr: tree.Expr) -> Value:
        """Emit what the expression does; the value it gives (`expressions`)."""

    def type_of(self, expr: tree.Expr) -> Type:
        return self.checked.type_of[expr]

    # -- left to right --------------------------------------------------------------------------

    def settle(self, value: Value, expr: tree.Expr, *later: tree.Expr | tree.InitList) -> Value:
        """The value of `expr` as it is now, although what is computed later may assign a local in it."""
        if not isinstance(value, Const) and self._changes(value, later):
            return self.copy(expr.span, value, register_type(self.type_of(expr)))
        return value

    def settled(self, place: Place, *later: tree.Expr) -> Place:
        """The place where it is now, although what is computed later may assign a local that leads there."""
        if not self._changes(place, later):
            return place
        base = place.base
        if not isinstance(base, int | Const):
            base = self.copy(place.span, base, self.checked.pointers.to(place.type))
        indexes = tuple(replace(index, value=self.copy(place.span, index.value, NUMBER)) for index in place.indexes)
        return replace(place, base=base, indexes=indexes)

    def _changes(self, item: Value | Place, later: tuple[tree.Expr | tree.InitList, ...]) -> bool:
        """Computing what comes later may assign a local that the value or place depends on."""
        acting = [expr for expr in later if self._acts(expr)]
        if not acting:
            return False
        locals_ = {register for register in registers_in(item) if not register.temporary}
        return bool(locals_) and any(self._assigns(expr, locals_) for expr in acting)

    def _acts(self, expr: tree.Expr | tree.InitList) -> bool:
        """There is an assignment or a call in the expression."""
        known = self.ground.acting.get(expr)
        if known is None:
            known = any(isinstance(part, tree.Assign | tree.IncDec | tree.Call) for part in parts_of(expr))
            self.ground.acting[expr] = known
        return known

    def _assigns(self, expr: tree.Expr | tree.InitList, registers: set[Register]) -> bool:
        """Computing the expression may assign one of the locals, also through an out-parameter."""
        for part in parts_of(expr):
            match part:
                case tree.Assign(target=root) | tree.IncDec(operand=root) | tree.Unary(op="&", operand=root):
                    while isinstance(root, tree.Member) and not root.arrow:
                        root = root.base
                    if isinstance(root, tree.Name) and self._local_register(root) in registers:
                        return True
                case tree.Name():
                    alias = self._alias(part)
                    if alias is not None and alias in registers:
                        return True
        return False

    def _local_register(self, name: tree.Name) -> Register | None:
        symbol = self.checked.symbol_of[name]
        bound = self.frame.bindings.get(symbol) if isinstance(symbol, LocalSymbol) else None
        return bound if isinstance(bound, Register) else None

    # -- locals ---------------------------------------------------------------------------------

    def _alias(self, pointer: tree.Expr) -> Register | None:
        """The local that a pointer expression stands for, when it is an out-parameter."""
        if isinstance(pointer, tree.Name):
            symbol = self.checked.symbol_of[pointer]
            if isinstance(symbol, LocalSymbol):
                bound = self.frame.bindings[symbol]
                if isinstance(bound, Alias):
                    return bound.register
        return None

    def local(self, target: tree.Expr) -> tuple[Register, int | None] | None:
        """The local that a target is (with the field's number, of a word); None for memory."""
        match target:
            case tree.Name():
                symbol = self.checked.symbol_of[target]
                if isinstance(symbol, LocalSymbol):
                    bound = self.frame.bindings[symbol]
                    if isinstance(bound, Register):
                        return bound, None
                    self.fail("out-parameter", target.span, f"'{target.name}' cannot be assigned here")
            case tree.Unary(op="*", operand=operand):
                register = self._alias(operand)
                return (register, None) if register is not None else None
            case tree.Member(base=base, name=name, arrow=arrow):
                t = self.type_of(base)
                word = t.target if arrow and isinstance(t, PointerType) else t
                if not isinstance(word, WordType):
                    return None
                inner = (self._alias(base), None) if arrow else self.local(base)
                if inner is None or inner[0] is None:
                    return None
                return inner[0], word.index(name)
        return None

    # -- memory ---------------------------------------------------------------------------------

    def place(self, expr: tree.Expr) -> Place:
        """Where an expression lies in memory; emits the loads that finding it takes."""
        self.enter(expr.span)
        place = self._place(expr)
        self.leave()
        return place

    def _place(self, expr: tree.Expr) -> Place:
        t, span = self.type_of(expr), expr.span
        match expr:
            case tree.Name():
                symbol = self.checked.symbol_of[expr]
                assert isinstance(symbol, GlobalSymbol), expr
                return Place(self.layout.named[symbol.name].address, 0, (), t, symbol.name, span)
            case tree.Unary(op="*", operand=operand):
                return self._follow(operand, expr)
            case tree.Member(base=base, arrow=True, name=name):
                inner = self._follow(base, expr)
                return self._into(inner, name, t, span)
            case tree.Member(base=base, name=name):
                return self._into(self.place(base), name, t, span)
            case tree.Index(base=base, index=index):
                inner = self.settled(self.place(base), index)
                number = self.value(index)
                stride, length = size_of(t), self.type_of(base).length  # type: ignore[union-attr]
                if isinstance(number, Const) and isinstance(number.value, int):
                    if not 0 <= number.value < length:
                        self.fail("index", index.span, f"the index {number.value} is outside of 0 to {length - 1}")
                    return Place(inner.base, inner.offset + number.value * stride, inner.indexes, t, inner.key, span)
                return Place(
                    inner.base, inner.offset, (*inner.indexes, Index(number, stride, length)), t, inner.key, span
                )
        self.fail("no-place", expr.span, "this does not lie in memory")

    def _follow(self, pointer: tree.Expr, whole: tree.Expr) -> Place:
        """What a pointer points to."""
        t = self.type_of(pointer)
        assert isinstance(t, PointerType)
        if self._alias(pointer) is not None:
            self.fail("out-parameter", pointer.span, "a local has no parts in memory: use a local copy")
        value = self.value(pointer)
        key = f"*{t.target}"
        if isinstance(value, Const) and isinstance(value.value, int) and value.value:
            cell = self.layout.leaf_at.get(value.value)
            if cell is not None and not isinstance(t.target, StructType):
                key = cell.key
            return Place(value.value, 0, (), t.target, key, whole.span)
        return Place(value, 0, (), t.target, key, whole.span)

    def _into(self, inner: Place, name: str, t: Type, span: Span) -> Place:
        struct = inner.type
        assert isinstance(struct, StructType), struct
        return Place(
            inner.base, inner.offset + offset_of(struct, name), inner.indexes, t, f"{struct.name}.{name}", span
        )

    def load(self, expr: tree.Expr, once: tree.Expr | None = None) -> Value:
        """Load what lies in memory; of a word the whole, also where one field is wanted. `once`: a READ_ONCE of it."""
        shown, marked = once or expr, once is not None
        if isinstance(expr, tree.Member):
            owner = self.type_of(expr.base)
            word = owner.target if expr.arrow and isinstance(owner, PointerType) else owner
            if isinstance(word, WordType):
                place = self._follow(expr.base, expr) if expr.arrow else self.place(expr.base)
                return field_of(self._load_at(place, shown, marked), word.index(expr.name))
        return self._load_at(self.place(expr), shown, marked)

    def _load_at(self, place: Place, shown: tree.Expr, marked: bool = False) -> Value:
        target = self.temporary(place.type)
        self.emit(Load(self.site(shown.span), target, place, marked=marked))
        return target

    def address(self, operand: tree.Expr, whole: tree.Expr) -> Value:
        """`&operand`, of something in memory."""
        if isinstance(operand, tree.Name) and isinstance(self.checked.symbol_of[operand], LocalSymbol):
            self.fail(
                "local-address",
                whole.span,
                "the address of a local can only be an argument: f(&x)",
                "or make it a global",
            )
        if isinstance(operand, tree.Unary) and operand.op == "*":
            return self.value(operand.operand)
        place = self.place(operand)
        if not isinstance(place.type, StructType):
            self.ground.pointed.add(place.key)
        fixed = place.address
        if fixed is not None:
            owner = self.layout.owner_of.get(fixed)
            if owner is not None and owner.pool is None:
                return Const(fixed)
        target = self.temporary(self.checked.pointers.to(place.type))
        self.emit(AddressOf(self.site(whole.span), target, place))
        return target
