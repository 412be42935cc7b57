"""Random statements, and blocks of them: what an actor or a function of a generated program does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from racewalk.fuzz.expressions import Expressions
from racewalk.fuzz.scenery import ENUMERATORS, NODE, Function, constant
from racewalk.fuzz.spelling import (
    BIT,
    LOCKS,
    NUMBERS,
    RW,
    SPIN,
    WORD,
    declaration,
    is_number,
    is_pointer,
    is_value,
    pointer_to,
)
from racewalk.fuzz.tree import Expr, Node, block, expr, line

MakeNodes = Callable[[], list[Node]]


class Statements(Expressions):
    """Adds statements. `depth` is how many blocks may still be put inside each other."""

    depth = 3
    loops = 0  # that a break may leave
    result: str | None = None  # of the function that this is the body of
    daemon = False
    hub_is_shared = False
    _names = 0

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

    def name(self, begin: str) -> str:
        self._names += 1
        return f"{begin}{self._names}"

    def statement(self) -> list[Node]:
        themes, dice = self.scenery.themes, self.dice
        structs, deep = self.scenery.structs, self.depth > 0
        forms: list[tuple[int, MakeNodes]] = [
            (26, self._store),
            (10, self._set_local),
            (10, self._local),
            (8, self._check),
            (3, self._cover),
        ]
        if "exchange" in themes or dice.chance(20):
            forms.append((10, self._atomic_operation))
        if self.scenery.functions:
            forms.append((14, self._call))
        if NODE in structs and NODE in self.scenery.pools:
            forms += [(12, self._free), (8, self._allocate)]
            if "rcu" in themes and self.scenery.callbacks:
                forms.append((10, self._call_rcu))
        if NODE in structs and deep:
            forms.append((6, self._each_object))
        if deep:
            forms += [(12, self._if), (5, self._guarded)]
            many = 3 if "control" in themes else 1
            forms += [(3 * many, self._switch), (4 * many, self._loop), (2, self._braces)]
        if self.loops and self.depth < 3:
            forms.append((5, self._leave))
        if not self.whole:
            forms += self._waiting_forms(deep)
        elif "fuse" in themes and not self.in_atomic and not self.daemon:
            forms += [(6, self._lock)]
        if "irq" in themes:
            forms.append((6, self._irq_switch))
        return dice.weighted(forms)()

    in_atomic = False

    def _waiting_forms(self, deep: bool) -> list[tuple[int, MakeNodes]]:
        """What may block, or is no part of one step."""
        themes, forms = self.scenery.themes, list[tuple[int, MakeNodes]]()
        locks = [t for t in LOCKS if self.place_or_none(t, addressed=True) is not None]
        if locks:
            forms.append((20, self._lock))
        forms.append((6, self._wait))
        if "rcu" in themes:
            forms += [(14, self._read_section), (5, lambda: [self._operation("synchronize_rcu();")])]
        if "irq" in themes:
            forms.append((10, self._irqs_off))
        if deep:
            forms.append((12 if "atomic" in themes else 1, self._atomic))
            forms.append((12 if "fuse" in themes else 1, self._fuse))
        return forms

    # -- memory and locals -------------------------------------------------------------------------

    def _store(self) -> list[Node]:
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
            operator = dice.pick(("+=", "-=", "|=", "&=", "^=", "*=", "/=", "%=", "<<=", ">>="))
            self.budget -= 1
            return [line(place, f" {operator} ", self.number(0), ";")]
        if dice.chance(20):
            return [line("WRITE_ONCE(", place, ", ", self.value(t), ");")]
        return [line(place, " = ", self.value(t), ";")]

    def _local(self) -> list[Node]:
        types = [*NUMBERS, *self.pointer_types() * 4, *([WORD] * 6 if self.scenery.word else [])]
        if self.scenery.structs:
            types += [pointer_to(NODE)] * 6 if NODE in self.scenery.structs else []
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
        found = [(name, t) for name, t in self.locals.items() if name not in self.counters]
        if not found:
            return [self.local(dice.pick(NUMBERS))]
        name, t = dice.pick(found)
        if is_number(t) and dice.chance(30):
            return [line(f"{name}{dice.pick(('++', '--'))};")]
        if t == WORD and dice.chance(60):
            field, ft = dice.pick(list(self.scenery.word.items()))
            return [line(f"{name}.{field} = ", self.value(ft, 0), ";")]
        return [line(f"{name} = ", self.value(t), ";")]

    @property
    def counters(self) -> tuple[str, ...]:
        """Locals that count rounds of a loop: left alone, so that it ends."""
        return tuple(name for name in self.locals if name.startswith("i"))

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
        found = self.node_pointers()
        pointer = self.dice.pick(found)() if found else expr("NULL")
        return [line("kfree(", pointer, ");")] if found else self._store()

    def _allocate(self) -> list[Node]:
        if self.dice.chance(50):
            name = self.name("m")
            made = line(f"{NODE} *{name} = ", self.allocation(NODE), ";")
            self.locals[name] = pointer_to(NODE)
            return [made]
        return [
            line(self.place(pointer_to(NODE)) if self.budget > 0 else expr("head"), " = ", self.allocation(NODE), ";")
        ]

    def _call_rcu(self) -> list[Node]:
        self.budget -= 1
        found = self.node_pointers()
        return [line("call_rcu(&", self.dice.pick(found)(), f"->rcu, {self.dice.pick(self.scenery.callbacks)});")]

    def _each_object(self) -> list[Node]:
        name = self.name("o")
        self.budget -= 1
        with self.scope():
            self.locals[name] = pointer_to(NODE)
            inner = self.some(1)
        return [block(f"for_each_object ({name}, {NODE}) {{", inner)]

    # -- locks -------------------------------------------------------------------------------------

    def lock_there(self, t: str | None = None) -> tuple[str, Expr] | None:
        """A lock of one type: the type, and an address of it."""
        found = [known for known in LOCKS if t in (None, known)]
        places = [(known, place) for known in found if (place := self.place_or_none(known, addressed=True)) is not None]
        if not places:
            return None
        known, place = self.dice.pick(places)
        return known, expr("&", place)

    def _lock(self) -> list[Node]:
        """Take a lock, do something, release it; sometimes wrongly."""
        dice = self.dice
        there = self.lock_there()
        if there is None:
            return self._store()
        t, lock = there
        self.budget -= 2
        if dice.chance(15):  # only one half of it, of whichever lock
            return [line(dice.pick(HALVES[t]), lock, ");")]
        if dice.chance(22) and self.depth > 0:
            return self._try(t, lock)
        take, release = dice.pick(PAIRS[t])
        before = line("spin_lock_nested(", lock, ", 1);") if t == SPIN and dice.chance(15) else line(take, lock, ");")
        inner = self.some(2) if self.depth > 0 else []
        if t == RW and take.startswith("down_write") and dice.chance(30):
            inner = [*inner, line("downgrade_write(", lock, ");")]
            release = "up_read("
        return [before, *inner, line(release, lock, ");")]

    def _try(self, t: str, lock: Expr) -> list[Node]:
        take, release = self.dice.pick(TRIES[t])
        return [block(("if (", expr(take, lock, ")"), ") {"), [*self.some(2), line(release, lock, ");")])]

    # -- sections ----------------------------------------------------------------------------------

    def _operation(self, text: str) -> Node:
        self.budget -= 1
        return line(text)

    def _read_section(self) -> list[Node]:
        self.budget -= 2
        inner = self.some(2) if self.depth > 0 else []
        if self.dice.chance(8):
            return [line(self.dice.pick(("rcu_read_lock();", "rcu_read_unlock();")))]
        return [line("rcu_read_lock();"), *inner, line("rcu_read_unlock();")]

    def _irqs_off(self) -> list[Node]:
        self.budget -= 2
        inner = self.some(2) if self.depth > 0 else []
        return [line("local_irq_disable();"), *inner, line("local_irq_enable();")]

    def _irq_switch(self) -> list[Node]:
        return [self._operation(self.dice.pick(("local_irq_disable();", "local_irq_enable();")))]

    def _wait(self) -> list[Node]:
        self.budget -= 1
        return [line("wait_until(", self._condition_of_wait(), ");")]

    def _condition_of_wait(self) -> Expr:
        """Part of one step, and mostly of few accesses; one that never holds gives deadlocks, so it is not the rule."""
        whole, self.whole = self.whole, True
        if self.dice.chance(30):
            made = self._asked(f"{self.dice.pick(('finished', 'irqs_enabled'))}({self.a_cpu()})")
        else:
            made = self.truth(1)
        self.whole = whole
        return made

    def _atomic(self) -> list[Node]:
        """An atomic block, which may block only at its start."""
        self.budget -= 1
        first: list[Node] = []
        if self.dice.chance(35):
            there = self.lock_there()
            if there is not None and self.dice.chance(50):
                first = [line(self.dice.pick(PAIRS[there[0]])[0], there[1], ");")]
            else:
                with self.looking():
                    first = [line("wait_until(", self.truth(1), ");")]
        return [block("atomic {", [*first, *self._inside_one_step(atomic=True)])]

    def _fuse(self) -> list[Node]:
        self.budget -= 1
        inner = self._inside_one_step(atomic=False)
        if self.dice.chance(40) and (there := self.lock_there()) is not None:  # a second lock: fuses can hide an ABBA
            take, release = self.dice.pick(PAIRS[there[0]])
            inner = [line(take, there[1], ");"), *inner]
            if self.dice.chance(60):
                inner.append(line(release, there[1], ");"))
        return [block("fuse {", inner)]

    def _inside_one_step(self, atomic: bool) -> list[Node]:
        before, budget = (self.whole, self.in_atomic), self.budget
        self.whole, self.in_atomic = True, self.in_atomic or atomic
        self.budget = self.dice.between(1, 4)
        inner = self.some(3)
        (self.whole, self.in_atomic), self.budget = before, budget
        return inner

    # -- control flow ------------------------------------------------------------------------------

    def _if(self) -> list[Node]:
        head = ("if (", self.truth(1), ") {")
        nodes: list[Node] = [block(head, self.some())]
        if self.dice.chance(35):
            nodes.append(block("else {", self.some()))
        return nodes

    def _guarded(self) -> list[Node]:
        """What a pointer leads to, if it leads anywhere."""
        types = [t for t in self.pointer_types() if self.pointers(t)]
        if not types:
            return self._if()
        pointer = self.dice.pick(self.pointers(self.dice.pick(types)))()
        return [block(("if (", pointer, ") {"), self.some())]

    def _switch(self) -> list[Node]:
        cases: list[Node] = []
        subject = self.number(1)
        values = self.dice.some(("0", "1", "2", "GREEN + 1", "255", "-1"), self.dice.between(1, 3))
        for value in values:
            cases.append(line(f"case {value}:"))
            cases += self._in_switch()
            if self.dice.chance(75):
                cases.append(line("break;"))
        if self.dice.chance(50):
            cases += [line("default:"), *self._in_switch()]
        return [block(("switch (", subject, ") {"), cases)]

    def _in_switch(self) -> list[Node]:
        """In braces, because no case may stand behind a declaration."""
        loops, self.loops = self.loops, 0
        inner = self.some(1)
        self.loops = loops
        return [block("{", inner)]

    def _braces(self) -> list[Node]:
        return [block("{", self.some())]

    def _loop(self) -> list[Node]:
        dice = self.dice
        loops, self.loops = self.loops, self.loops + 1
        budget, self.budget = self.budget, max(1, self.budget // 2)
        made = dice.weighted(
            [
                (6, self._for),
                (4, self._while),
                (4, self._do),
                (4, self._each),
                (4, self._again),
                (5 if self.hub_is_shared else 1, self._spin),
            ]
        )()
        self.loops, self.budget = loops, budget - 2
        return made

    def _for(self) -> list[Node]:
        name, count = self.name("i"), self.dice.between(1, 2)
        with self.scope():
            self.locals[name] = "u8"
            inner = self.some()
        return [block((f"for (u8 {name} = 0; {name} < ", expr(count), f"; {name}++) {{"), inner)]

    def _while(self) -> list[Node]:
        name = self.name("i")
        with self.scope():
            self.locals[name] = "int"
            test = self.truth(0) if self.dice.chance(50) else expr("true")
            inner = self.some()
        return [line(f"int {name} = 2;"), block((f"while ({name}-- > 0 && ", test, ") {"), inner)]

    def _do(self) -> list[Node]:
        name = self.name("i")
        with self.scope():
            self.locals[name] = "int"
            inner = self.some()
        return [line(f"int {name} = 2;"), block("do {", inner, ("} while (--", f"{name} > 0 && ", self.truth(0), ");"))]

    def _each(self) -> list[Node]:
        if not self.scenery.macro:
            return self._for()
        name = self.name("i")
        with self.scope():
            self.locals[name] = "u8"
            inner = self.some()
        return [line(f"u8 {name};"), block(f"each ({name}) {{", inner)]

    def _spin(self) -> list[Node]:
        """Waits by looking again and again: schedules that go on for ever, where somebody writes what is looked at."""
        if self.whole and not self.dice.chance(10):
            return self._for()
        place = expr("hub")
        if not self.hub_is_shared and self.dice.chance(80):
            place = self.place(self.dice.pick([t for t in self.leaf_types() if is_number(t)]))
        test = expr(place, f" {self.dice.pick(('==', '!='))} ", expr(self.dice.between(0, 2)))
        if self.dice.chance(50):
            return [block(("while (", test, ") {"), [])]
        return [block("for (;;) {", [block(("if (", test, ") {"), [line("break;")])])]

    def _again(self) -> list[Node]:
        """A loop made of goto: an attempt, and another one while it fails."""
        label, name = self.name("again"), self.name("i")
        self.loops = 0  # this is none that a break could leave
        with self.scope():
            self.locals[name] = "u8"
            inner = self.some()
        test = self.truth(0)
        retry = block(
            (f"if ({name}++ < ", expr(self.dice.between(1, 2)), " && ", test, ") {"), [line(f"goto {label};")]
        )
        return [line(f"u8 {name} = 0;"), line(f"{label}:"), block("{", inner), retry]

    def _leave(self) -> list[Node]:
        word = self.dice.pick(("break;", "continue;"))
        return [block(("if (", self.truth(0), ") {"), [line(word)])]

    # -- calls and checks --------------------------------------------------------------------------

    def _call(self) -> list[Node]:
        functions = [f for f in self.scenery.functions if not (self.whole and f.waits)]
        if not functions:
            return self._store()
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
        t = function.params[0][:-1].rstrip()
        name = self.name("v")
        rest = [part for known in function.params[1:] for part in (", ", self.value(known, 0))]
        initial = constant(self.dice, t) if is_number(t) else self.value(t, 0)
        self.locals[name] = t
        self.budget -= 2
        return [
            line(f"{declaration(t, name)} = ", initial, ";"),
            line(f"{function.name}(&{name}", *rest, ");"),
        ]

    @contextmanager
    def looking(self) -> Iterator[None]:
        before, self.looks = self.looks, True
        yield
        self.looks = before

    def _check(self) -> list[Node]:
        dice = self.dice
        with self.looking():
            test = self.truth(1)
            seen = self.number(0)
        kind = dice.pick(("", "odd: ", "lost-" + dice.pick(("page", "pte")) + ": "))
        match dice.between(0, 8):
            case 0 | 1:
                return [line("assert(", test, f', "{kind}the number is %d", ', seen, ");")]
            case 2:
                return [line("assert(", test, ");")]
            case 3:
                return [line("warn(", test, f', "{kind}seen");')]
            case 4:
                return [line("WARN_ON(", test, ");")]
            case 5 if self.depth < 3:
                return [line(f'report("{kind}%s was seen", ', seen, ");")]
            case 6:
                return [line("BUG_ON(", test, ");")]
            case 7:
                return [line("might_sleep();")]
            case _:
                return [line("assert(", test, f', "{kind}seen");')]

    def _cover(self) -> list[Node]:
        return [line(f'cover("{self.name("point ")}");')]


PAIRS = {
    SPIN: (("spin_lock(", "spin_unlock("),),
    RW: (("down_read(", "up_read("), ("down_write(", "up_write(")),
    BIT: (("bit_lock(", "bit_unlock("),),
}
"""How a lock of each type is taken and released."""

TRIES = {
    SPIN: (("spin_trylock(", "spin_unlock("),),
    RW: (("down_read_trylock(", "up_read("), ("down_write_trylock(", "up_write(")),
    BIT: (("bit_trylock(", "bit_unlock("),),
}

HALVES = {
    SPIN: ("spin_lock(", "spin_unlock(", "spin_trylock("),
    RW: ("down_read(", "up_read(", "down_write(", "up_write(", "downgrade_write(", "down_read_trylock("),
    BIT: ("bit_lock(", "bit_unlock(", "bit_trylock("),
}
"""What is wrong alone."""
