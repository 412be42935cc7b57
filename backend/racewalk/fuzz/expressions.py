"""Random expressions of a wanted type, from what can be seen at a place of a generated program."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from racewalk.fuzz.dice import Dice
from racewalk.fuzz.locks import LOCKS, OPAQUE
from racewalk.fuzz.scenery import NODE, Function, Scenery, constant
from racewalk.fuzz.spelling import (
    NUMBERS,
    WORD,
    element,
    is_array,
    is_number,
    is_pointer,
    is_value,
    length,
    pointer_to,
    target,
)
from racewalk.fuzz.tree import Expr, expr

Make = Callable[[], Expr]

ARITHMETIC = ("+", "-", "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Expressions:
    """Makes expressions.

    `locals` are the names in sight. What may stand here:
    looks    nothing but reads (a check, a property)
    whole    part of one step: no choose, nothing that may block
    """

    def __init__(self, dice: Dice, scenery: Scenery) -> None:
        self.dice = dice
        self.scenery = scenery
        self.locals: dict[str, str] = {}
        self.outs: dict[str, str] = {}  # out-parameters: name -> type of what they stand for
        self.looks = False
        self.whole = False
        self.budget = 0  # steps that may still be made
        self.as_cpu = True

    # -- values ------------------------------------------------------------------------------------

    def value(self, t: str, depth: int = 1) -> Expr:
        """A value that may be stored where a `t` stands."""
        if is_pointer(t):
            return self.pointer(t, depth)
        if t == WORD:
            return self.word(depth)
        if self.dice.chance(30):
            return constant(self.dice, t)
        return self.number(depth)

    def number(self, depth: int = 1) -> Expr:
        dice = self.dice
        if depth <= 0 or dice.chance(35):
            return self._leaf()
        forms: list[tuple[int, Make]] = [
            (20, lambda: expr("(", self.number(depth - 1), f" {dice.pick(ARITHMETIC)} ", self.number(depth - 1), ")")),
            (5, lambda: expr(dice.pick("-~"), "(", self.number(depth - 1), ")")),
            (6, lambda: self._conditional(self.number, depth)),
            (4, lambda: expr("!(", self.truth(depth - 1), ")")),
            (8, self._leaf),
        ]
        if not self.looks and self.budget > 0:
            forms += self._acting_numbers(depth)
        return dice.weighted(forms)()

    def truth(self, depth: int = 1) -> Expr:
        dice = self.dice
        forms: list[tuple[int, Make]] = [
            (25, lambda: expr(self.number(depth - 1), f" {dice.pick(COMPARISONS)} ", self.number(depth - 1))),
            (12, lambda: self._leaf()),
            (6, lambda: expr("!", "(", self.truth(depth - 1), ")")),
            (6, self._is_held),
        ]
        if depth > 0:
            both = dice.pick(("&&", "||"))
            forms.append((12, lambda: expr("(", self.truth(depth - 1), f" {both} ", self.truth(depth - 1), ")")))
        if self.pointer_types():
            forms += [(8, lambda: self.pointer(dice.pick(self.pointer_types()), 0)), (6, self._same_pointer)]
            forms.append((5, self._is_live))
        if self.scenery.word:
            forms.append((4, lambda: expr("(", self.word(0), f" {dice.pick(('==', '!='))} ", self.word(0), ")")))
        if not self.looks and self.budget > 0:
            forms += self._acting_truths()
        return dice.weighted(forms)()

    def pointer(self, t: str, depth: int = 1) -> Expr:
        """A pointer; to an object of a pool it may well be stale, and sometimes it is NULL."""
        dice, goal = self.dice, target(t)
        forms: list[tuple[int, Make]] = [(8, lambda: expr("NULL"))]
        if found := [name for name, known in self.locals.items() if known == t]:
            forms.append((30, lambda: expr(dice.pick(found))))
        if (place := self.place_or_none(t)) is not None:
            forms.append((25, lambda: place))
        if (there := self.place_or_none(goal, addressed=True)) is not None:
            forms.append((25, lambda: expr("&", there)))
        if depth > 0:
            forms.append((4, lambda: self._conditional(lambda d: self.pointer(t, d), depth)))
        if goal in self.scenery.pools and not self.looks and self.budget > 0:
            forms.append((25, lambda: self.allocation(goal)))
        fields = [f for f, ft in self.scenery.structs.get(goal, {}).items() if ft in NUMBERS or ft in OPAQUE]
        if fields and depth > 0:
            forms.append((14, lambda: self._container(goal, dice.pick(fields))))
        if self.scenery.word.get("node") == t:
            forms.append((10, lambda: expr(self.word_place(), ".node")))
        return dice.weighted(forms)()

    def _container(self, struct: str, field: str) -> Expr:
        """From a field to its object; sometimes from something of that type that lies in no such object."""
        there = expr("&", self.address(struct), f"->{field}")
        elsewhere = self.pointer(pointer_to(self.scenery.structs[struct][field]), 0)
        if self.dice.chance(50) and str(elsewhere) != "NULL":  # which has no type here
            there = elsewhere
        return expr("container_of(", there, f", {struct}, {field})")

    def word(self, depth: int = 1) -> Expr:
        dice = self.dice
        forms: list[tuple[int, Make]] = [(20, lambda: expr(self.word_place())), (15, lambda: self._word_of_fields())]
        if depth > 0:
            forms.append((4, lambda: self._conditional(self.word, depth)))
        return dice.weighted(forms)()

    def _word_of_fields(self) -> Expr:
        fields = self.dice.some(list(self.scenery.word.items()), self.dice.between(1, 2))
        parts: list[str | Expr] = [f"({WORD}){{ "]
        for at, (name, t) in enumerate(fields):
            parts += [", " if at else "", f".{name} = ", constant(self.dice, t) if is_number(t) else expr("NULL")]
        return expr(*parts, " }")

    def word_place(self) -> Expr:
        """A word, in a local or in memory."""
        found = [name for name, t in self.locals.items() if t == WORD]
        if found and (self.dice.chance(60) or self.budget <= 0):
            return expr(self.dice.pick(found))
        return self.place(WORD)

    # -- places ------------------------------------------------------------------------------------

    def place(self, t: str) -> Expr:
        """Something in memory of this type; the program has some."""
        self.budget = max(self.budget, 1)
        found = self.place_or_none(t)
        assert found is not None, f"[racewalk bug] no place of type {t}"
        return found

    def place_or_none(self, t: str, addressed: bool = False) -> Expr | None:
        """Something in memory of this type. `addressed`: for `&`, which is no access."""
        if not addressed and self.budget <= 0 and not self.looks:
            return None
        makes: list[tuple[int, Make]] = []
        for name, known in self.scenery.globals.items():
            makes += [(3, make) for make in self._inside(lambda name=name: expr(name), known, t)]  # type: ignore[misc]
        for struct in self.scenery.structs:
            inner = list(self._fields(lambda struct=struct: expr(self.address(struct), "->"), struct, t))  # type: ignore[misc]
            if inner and (struct in self.scenery.pools or self.pointers(pointer_to(struct))):
                makes += [(4, make) for make in inner]
        if is_value(t) or t in OPAQUE:
            if self.pointers(pointer_to(t)):
                makes.append((3, lambda: expr("(*", self.address(t), ")")))
        if not makes:
            return None
        if not addressed:
            self.budget -= not self.looks
        return self.dice.weighted(makes)()

    def address(self, t: str) -> Expr:
        """A pointer to a `t` that is to be followed: a variable, seldom NULL."""
        found = self.pointers(pointer_to(t))
        if found:
            return self.dice.pick(found)()
        return expr("(&", self.dice.pick([name for name, known in self.scenery.globals.items() if known == t]), ")")

    def pointers(self, t: str) -> list[Make]:
        """The variables of a pointer type."""
        found: list[Make] = []
        for name, known in self.locals.items():
            if known == t:
                found += [lambda name=name: expr(name)] * 2  # type: ignore[misc]
        for name, known in self.scenery.globals.items():
            if known == t:
                found.append(lambda name=name: expr(name))  # type: ignore[misc]
            elif is_array(known) and element(known) == t:
                found.append(lambda name=name, known=known: expr(name, "[", self.index(length(known)), "]"))  # type: ignore[misc]
        return found

    def _inside(self, make: Make, t: str, want: str) -> Iterator[Make]:
        """The ways into something of type `t` to what is of type `want`."""
        if t == want:
            yield make
        elif is_array(t):
            inner, count = element(t), length(t)
            yield from self._inside(lambda: expr(make(), "[", self.index(count), "]"), inner, want)
        elif t in self.scenery.structs:
            yield from self._fields(lambda: expr(make(), "."), t, want)

    def _fields(self, make: Make, struct: str, want: str) -> Iterator[Make]:
        for name, t in self.scenery.structs[struct].items():
            yield from self._inside(lambda name=name: expr(make(), name), t, want)  # type: ignore[misc]

    def index(self, count: int) -> Expr:
        """An index; seldom one that is outside."""
        if self.dice.chance(45) or (self.budget <= 0 and not self.looks):
            return expr(self.dice.between(0, count - 1))
        found = [name for name, t in self.locals.items() if is_number(t)]
        if found and self.dice.chance(70):  # it may stand for a constant, and then an index outside is refused
            return expr("(", expr(self.dice.pick(found)), ") & 1")
        inner = self._number_in_memory()
        return inner if self.dice.chance(30) else expr("(", inner, f") % {count}")

    def _number_in_memory(self) -> Expr:
        self.budget -= not self.looks
        names = [name for name, t in self.scenery.globals.items() if is_number(t)]
        return expr(self.dice.pick(names))

    # -- forms -------------------------------------------------------------------------------------

    def _leaf(self) -> Expr:
        """A constant, a local, or a load."""
        dice = self.dice
        found = [name for name, t in self.locals.items() if is_number(t)]
        forms: list[tuple[int, Make]] = [(12, lambda: constant(dice, dice.pick(NUMBERS)))]
        if found:
            forms.append((25, lambda: expr(dice.pick(found))))
        if outs := [name for name, t in self.outs.items() if is_number(t)]:
            forms.append((15, lambda: expr("(*", dice.pick(outs), ")")))
        if self.budget > 0 or self.looks:
            forms.append((30, lambda: self._load()))
            forms.append((2, lambda: expr("NR_CPUS")))
            if self.as_cpu:
                forms.append((3, lambda: expr("smp_processor_id()")))
        if self.scenery.word and (self.budget > 0 or any(t == WORD for t in self.locals.values())):
            name = dice.pick([f for f, t in self.scenery.word.items() if is_number(t)])
            forms.append((8, lambda: expr(self.word_place(), f".{name}")))
        readers = [f for f in self.scenery.functions if not f.acts]
        if readers and self.budget > 0:
            forms.append((10, lambda: self.called(dice.pick(readers))))
        if self.scenery.limit:
            forms.append((3, lambda: expr("LIMIT")))
        return dice.weighted(forms)()

    def _load(self) -> Expr:
        types = list(dict.fromkeys(t for t in self.leaf_types() if is_number(t)))
        place = self.place_or_none(self.dice.pick(types))
        if place is None:
            return expr(self.dice.between(0, 2))
        return expr("READ_ONCE(", place, ")") if self.dice.chance(15) else place

    def leaf_types(self) -> Iterator[str]:
        """The types of what lies in globals, and may be loaded or stored whole."""
        for t in self.scenery.globals.values():
            inner = element(t) if is_array(t) else t
            if is_value(inner):
                yield inner
            for known in self.scenery.structs.get(inner, {}).values():
                inside = element(known) if is_array(known) else known
                if is_value(inside):
                    yield inside

    def pointer_types(self) -> list[str]:
        found = [t for t in self.leaf_types() if is_pointer(t)]
        return list(dict.fromkeys([*found, *(t for t in self.locals.values() if is_pointer(t))]))

    def _conditional(self, make: Callable[[int], Expr], depth: int) -> Expr:
        return expr("(", self.truth(depth - 1), " ? ", make(depth - 1), " : ", make(depth - 1), ")")

    def _same_pointer(self) -> Expr:
        t = self.dice.pick(self.pointer_types())
        return expr("(", self.pointer(t, 0), f" {self.dice.pick(('==', '!='))} ", self.pointer(t, 0), ")")

    def _is_live(self) -> Expr:
        self.budget -= not self.looks
        t = self.dice.pick(self.pointer_types())
        found = self.pointers(t)
        return expr("is_live(", self.dice.pick(found)() if found else expr("NULL"), ")") if found else self._leaf()

    def _is_held(self) -> Expr:
        """A question to lockdep, which only looks."""
        places = [place for t in LOCKS if (place := self.place_or_none(t, addressed=True)) is not None]
        if not places:
            return self._leaf()
        name = self.dice.pick(("lockdep_is_held", "lockdep_is_held_write"))
        return expr(f"{name}(&", self.dice.pick(places), ")")

    def _acting_numbers(self, depth: int) -> list[tuple[int, Make]]:
        dice = self.dice
        forms: list[tuple[int, Make]] = [(5, self._increment), (3, self._assignment), (2, self._comma)]
        if not self.whole:
            forms.append((12 if "choose" in self.scenery.themes else 1, self.choose))
        actors = [f for f in self.scenery.functions if f.acts and f.result in NUMBERS and not f.out]
        actors = [f for f in actors if not (self.whole and f.waits)]
        if actors:
            forms.append((8, lambda: self.called(dice.pick(actors))))
        if "exchange" in self.scenery.themes:
            forms.append((12, self.exchange))
        return forms

    def _acting_truths(self) -> list[tuple[int, Make]]:
        dice, cpus = self.dice, self.scenery.cpus
        forms: list[tuple[int, Make]] = [
            (3, lambda: self.asked(f"finished({self.a_cpu()})")),
            (8 if "irq" in self.scenery.themes else 1, lambda: self.asked(f"irqs_enabled({self.a_cpu()})")),
        ]
        assert cpus
        if "exchange" in self.scenery.themes:
            for name in ("atomic_inc_not_zero", "atomic_dec_and_test"):
                forms.append((6, lambda name=name: expr(f"{name}(", self.counter(), ")")))  # type: ignore[misc]
        if not self.whole:
            forms.append((8 if "choose" in self.scenery.themes else 1, self.choose))
        return forms if dice.chance(50) else []

    def a_cpu(self) -> int:
        """The number of a CPU; seldom of none."""
        return self.dice.pick(self.scenery.cpus) if self.dice.chance(96) else 7

    def asked(self, text: str) -> Expr:
        self.budget -= 1
        return expr(text)

    def choose(self) -> Expr:
        self.budget -= 1
        return expr("choose(", expr(self.dice.weighted([(70, 2), (20, 3), (10, 1)])), ")")

    def counter(self) -> Expr:
        """The address of a number in memory."""
        self.budget -= 1
        types = [t for t in self.leaf_types() if is_number(t)]
        there = self.place_or_none(self.dice.pick(types), addressed=True)
        return expr("&", there) if there is not None else expr("&hub")

    def exchange(self) -> Expr:
        """cmpxchg or xchg of a number."""
        t = self.dice.pick([t for t in self.leaf_types() if is_number(t)])
        return self.exchange_of(t)

    def exchange_of(self, t: str) -> Expr:
        self.budget -= 1
        there = self.place_or_none(t, addressed=True)
        cell = expr("&", there) if there is not None else expr("&hub")
        if self.dice.chance(50):
            return expr("xchg(", cell, ", ", self.value(t, 0), ")")
        return expr("cmpxchg(", cell, ", ", self.value(t, 0), ", ", self.value(t, 0), ")")

    def allocation(self, struct: str) -> Expr:
        self.budget -= 1
        again = "_freed" if self.dice.chance(20) and not self.whole else ""
        fields = [(f, t) for f, t in self.scenery.structs[struct].items() if is_number(t)]
        if self.dice.chance(40):
            return expr(f"kmalloc{again}({struct})")
        name, t = self.dice.pick(fields)
        return expr(f"kmalloc{again}({struct}, .{name} = ", constant(self.dice, t), ")")

    def called(self, function: Function) -> Expr:
        self.budget -= 2
        parts: list[str | Expr] = [f"{function.name}("]
        for at, t in enumerate(function.params):
            parts += [", " if at else "", self.value(t, 0)]
        return expr(*parts, ")")

    def _increment(self) -> Expr:
        t = self.dice.pick([t for t in self.leaf_types() if is_number(t)])
        place = self.place_or_none(t)
        sign = self.dice.pick(("++", "--"))
        if place is None:
            return self._leaf()
        return expr("(", place, f"){sign}") if self.dice.chance(50) else expr(f"{sign}(", place, ")")

    def _assignment(self) -> Expr:
        t = self.dice.pick([t for t in self.leaf_types() if is_number(t)])
        place = self.place_or_none(t)
        return self._leaf() if place is None else expr("(", place, " = ", self.value(t, 0), ")")

    def _comma(self) -> Expr:
        return expr("(", self.number(0), ", ", self.number(0), ")")

    def node_pointers(self) -> list[Make]:
        return self.pointers(pointer_to(NODE))
