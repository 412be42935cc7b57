"""Random simple statements: stores, locals, atomic operations, objects, calls and checks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from racewalk.fuzz.expressions import Expressions
from racewalk.fuzz.locks import LOCKS, SHARED
from racewalk.fuzz.scenery import ENUMERATORS, NODE, Function, constant
from racewalk.fuzz.spelling import NUMBERS, WORD, declaration, is_number, is_pointer, is_value, pointer_to, target
from racewalk.fuzz.tree import Node, expr, line

MakeNodes = Callable[[], list[Node]]
Forms = list[tuple[int, MakeNodes]]

OPERATORS = ("+=", "-=", "|=", "&=", "^=", "*=", "/=", "%=", "<<=", ">>=")


class Simple(Expressions):
    """Adds statements that hold no others. `depth` is how many blocks may still be put inside each other."""

    depth = 3
    daemon = False
    hub_is_shared = False
    in_atomic = False  # where nothing may block any more
    _names = 0

    @abstractmethod
    def statement(self) -> list[Node]:
        """Any statement, or several that belong together."""

    def body(self, budget: int) -> list[Node]:
        """Statements for about so many steps."""
        self.budget = budget
        nodes: list[Node] = []
        for _ in range(3 * budget):
            if self.budget <= 0:
                break
            nodes += self.statement()
        return nodes

    def some(self, most: int = 2) -> list[Node]:
        """A few statements inside a block; what is declared there ends with it."""
        with self.scope():
            nodes = self.statement()
            for _ in range(self.dice.between(0, most - 1)):
                nodes += self.statement() if self.budget > 0 else []
        return nodes

    @contextmanager
    def scope(self) -> Iterator[None]:
        outer, self.depth = self.locals, self.depth - 1
        self.locals = dict(outer)
        yield
        self.locals, self.depth = outer, self.depth + 1

    @contextmanager
    def looking(self) -> Iterator[None]:
        """What is made inside only reads."""
        before, self.looks = self.looks, True
        yield
        self.looks = before

    def name(self, begin: str) -> str:
        self._names += 1
        return f"{begin}{self._names}"

    def simple_forms(self) -> Forms:
        themes, pooled = self.scenery.themes, NODE in self.scenery.pools
        forms: Forms = [(26, self.store), (10, self._set_local), (10, self._local), (8, self._check), (3, self._cover)]
        if "exchange" in themes or self.dice.chance(20):
            forms.append((10, self._atomic_operation))
        if self.scenery.functions:
            forms.append((14, self._call))
        if pooled:
            forms += [(12, self._free), (6, self._allocate)]
        if self.scenery.callbacks:
            forms.append((10, self._call_rcu))
        return forms

    # -- memory and locals -------------------------------------------------------------------------

    def store(self) -> list[Node]:
        dice = self.dice
        t = dice.pick(list(self.leaf_types()))
        place = self.place_or_none(t)
        if place is None:
            return self._set_local()
        if is_number(t) and dice.chance(45):
            form = dice.between(0, 3)
            if form == 0:
                return [line(place, dice.pick(("++", "--")), ";")]
            if form == 1:
                return [line(dice.pick(("++", "--")), place, ";")]
            self.budget -= 1
            return [line(place, f" {dice.pick(OPERATORS)} ", self.number(0), ";")]
        if dice.chance(20):
            return [line("WRITE_ONCE(", place, ", ", self.value(t), ");")]
        return [line(place, " = ", self.value(t), ";")]

    def _local(self) -> list[Node]:
        types = [*NUMBERS, *self.pointer_types() * 4, *([WORD] * 6 if self.scenery.word else [])]
        if NODE in self.scenery.structs:
            types += [pointer_to(NODE)] * 6
        return [self.local(self.dice.pick(types))]

    def local(self, t: str) -> Node:
        """The declaration of a new local, with a value that is mostly from memory."""
        name = self.name({WORD: "w"}.get(t, "m" if is_pointer(t) else "v"))
        if is_number(t) and self.dice.chance(25):
            initial = expr(self.dice.between(0, 1))
        else:
            initial = self.value(t)
            if is_number(t) and (str(initial).lstrip("-").isdigit() or str(initial) in (*ENUMERATORS, "LIMIT")):
                initial = expr("1")  # a constant that is no index would be refused where it is one
        self.locals[name] = t
        return line(declaration(t, name), " = ", initial, ";")

    def _set_local(self) -> list[Node]:
        dice = self.dice
        if self.outs and dice.chance(60):
            name = dice.pick(list(self.outs))
            return [line(f"*{name} = ", self.value(self.outs[name]), ";")]
        # those that count the rounds of a loop are left alone, so that it ends
        found = [(name, t) for name, t in self.locals.items() if not name.startswith("i")]
        if not found:
            return [self.local(dice.pick(NUMBERS))]
        name, t = dice.pick(found)
        if is_number(t) and dice.chance(30):
            return [line(f"{name}{dice.pick(('++', '--'))};")]
        if t == WORD and dice.chance(60):
            field, ft = dice.pick(list(self.scenery.word.items()))
            return [line(f"{name}.{field} = ", self.value(ft, 0), ";")]
        return [line(f"{name} = ", self.value(t), ";")]

    def _atomic_operation(self) -> list[Node]:
        dice = self.dice
        form = dice.between(0, 5)
        if form == 0:
            return [line(dice.pick(("atomic_inc(", "atomic_dec(")), self.counter(), ");")]
        if form == 1:
            name = dice.pick(("atomic_add(", "atomic_or("))
            return [line(name, self.counter(), ", ", self.number(0), ");")]
        if form == 2:
            return [line(dice.pick(("atomic_inc_not_zero(", "atomic_dec_and_test(")), self.counter(), ");")]
        t = dice.pick(list(self.leaf_types()))
        if form == 3 and (found := [name for name, known in self.locals.items() if known == t]):
            return [line(f"{dice.pick(found)} = ", self.exchange_of(t), ";")]
        return [line(self.exchange_of(t), ";")]

    # -- objects -----------------------------------------------------------------------------------

    def _free(self) -> list[Node]:
        self.budget -= 1
        return [line("kfree(", self.dice.pick(self.node_pointers())(), ");")]

    def _allocate(self) -> list[Node]:
        if self.dice.chance(50):
            name = self.name("m")
            made = line(f"{NODE} *{name} = ", self.allocation(NODE), ";")
            self.locals[name] = pointer_to(NODE)
            return [made]
        return [line(self.place(pointer_to(NODE)), " = ", self.allocation(NODE), ";")]

    def _call_rcu(self) -> list[Node]:
        self.budget -= 1
        pointer, callback = self.dice.pick(self.node_pointers())(), self.dice.pick(self.scenery.callbacks)
        return [line("call_rcu(&", pointer, f"->rcu, {callback});")]

    # -- calls and checks --------------------------------------------------------------------------

    def _call(self) -> list[Node]:
        functions = [f for f in self.scenery.functions if not (self.whole and f.waits)]
        if not functions:
            return self.store()
        function = self.dice.pick(functions)
        if function.out:
            return self._call_with_out(function)
        called = self.called(function)
        if function.result is not None and is_value(function.result) and self.dice.chance(60):
            name = self.name("v")
            self.locals[name] = function.result
            return [line(declaration(function.result, name), " = ", called, ";")]
        return [line(called, ";")]

    def _call_with_out(self, function: Function) -> list[Node]:
        """The first parameter stands for a local."""
        t = target(function.params[0])
        name = self.name("v")
        rest = [part for known in function.params[1:] for part in (", ", self.value(known, 0))]
        initial = constant(self.dice, t) if is_number(t) else self.value(t, 0)
        self.locals[name] = t
        self.budget -= 2
        return [
            line(f"{declaration(t, name)} = ", initial, ";"),
            line(f"{function.name}(&{name}", *rest, ");"),
        ]

    def _check(self) -> list[Node]:
        dice = self.dice
        with self.looking():
            test = self.truth(1)
            seen = self.number(0)
        kind = dice.pick(("", "odd: ", f"lost-{dice.pick(('page', 'pte'))}: "))
        match dice.between(0, 10):
            case 0 | 1:
                return [line("assert(", test, f', "{kind}the number is %d", ', seen, ");")]
            case 2:
                return [line("assert(", test, ");")]
            case 3:
                own = "strange: " if kind else ""  # a kind is a warning everywhere or nowhere
                return [line("warn(", test, f', "{own}seen");')]
            case 4:
                return [line("WARN_ON(", test, ");")]
            case 5 if self.depth < 3:
                return [line(f'report("{kind}%s was seen", ', seen, ");")]
            case 6:
                return [line("BUG_ON(", test, ");")]
            case 7:
                return [line("might_sleep();")]
            case 8 | 9 if held := self._assert_held():
                return [held]
            case _:
                return [line("assert(", test, f', "{kind}seen");')]

    def _assert_held(self) -> Node | None:
        places = [(t, place) for t in LOCKS if (place := self.place_or_none(t, addressed=True)) is not None]
        if not places:
            return None
        t, place = self.dice.pick(places)
        how = self.dice.pick(("", "_write", "_read") if t in SHARED else ("", "_write"))
        return line(f"lockdep_assert_held{how}(&", place, ");")

    def _cover(self) -> list[Node]:
        return [line(f'cover("{self.name("point ")}");')]
