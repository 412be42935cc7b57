"""Random statements: what an actor or a function of a generated program does. Here the control flow, and the choice."""

from __future__ import annotations

from racewalk.fuzz.scenery import NODE
from racewalk.fuzz.sections import Sections
from racewalk.fuzz.simple import Forms
from racewalk.fuzz.spelling import is_number, pointer_to
from racewalk.fuzz.tree import Node, block, expr, line


class Statements(Sections):
    """Adds branches and loops: with them the statements are complete."""

    loops = 0  # that a break may leave

    def statement(self) -> list[Node]:
        return self.dice.weighted([*self.simple_forms(), *self.section_forms(), *self._flow_forms()])()

    def _flow_forms(self) -> Forms:
        many = 3 if "control" in self.scenery.themes else 1
        forms: Forms = []
        if self.depth > 0:
            forms += [(12, self._if), (5, self._guarded), (3 * many, self._switch), (4 * many, self._loop)]
            forms += [(2, self._braces), (many, self._skip)]
            if NODE in self.scenery.structs:
                forms.append((6, self._each_object))
        if self.loops:
            forms.append((6, self._leave))
        return forms

    # -- branches ----------------------------------------------------------------------------------

    def _if(self) -> list[Node]:
        nodes: list[Node] = [block(("if (", self.truth(1), ") {"), self.some())]
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
        for value in self.dice.some(("0", "1", "2", "GREEN + 1", "255", "-1"), self.dice.between(1, 3)):
            cases += [line(f"case {value}:"), self._of_case()]
            if self.dice.chance(75):
                cases.append(line("break;"))
        if self.dice.chance(50):
            cases += [line("default:"), self._of_case()]
        return [block(("switch (", subject, ") {"), cases)]

    def _of_case(self) -> Node:
        """In braces, because no case may stand behind a declaration."""
        loops, self.loops = self.loops, 0
        inner = self.some(1)
        self.loops = loops
        return block("{", inner)

    def _braces(self) -> list[Node]:
        return [block("{", self.some()), *([line(";")] if self.dice.chance(20) else [])]

    def _skip(self) -> list[Node]:
        """A goto forward; what it passes stands in braces, for it may pass no declaration."""
        label = self.name("out")
        away = block(("if (", self.truth(0), ") {"), [line(f"goto {label};")])
        return [away, block("{", self.some()), line(f"{label}:"), line(";")]

    def _leave(self) -> list[Node]:
        word = self.dice.pick(("break;", "continue;"))
        return [block(("if (", self.truth(0), ") {"), [line(word)])]

    # -- loops -------------------------------------------------------------------------------------

    def _loop(self) -> list[Node]:
        """Bounded by a counter that nothing else changes, but for those that spin."""
        loops, self.loops = self.loops, self.loops + 1
        budget, self.budget = self.budget, max(1, self.budget // 2)
        forms: Forms = [(6, self._for), (4, self._while), (4, self._do), (4, self._each), (4, self._again)]
        forms.append((5 if self.hub_is_shared else 1, self._spin))
        made = self.dice.weighted(forms)()
        self.loops, self.budget = loops, budget - 2
        return made

    def _rounds(self, counter: str, t: str) -> list[Node]:
        with self.scope():
            self.locals[counter] = t
            return self.some()

    def _for(self) -> list[Node]:
        name, count = self.name("i"), expr("LIMIT" if self.scenery.limit and self.dice.chance(30) else "2")
        return [block((f"for (u8 {name} = 0; {name} < ", count, f"; {name}++) {{"), self._rounds(name, "u8"))]

    def _while(self) -> list[Node]:
        name = self.name("i")
        test = self.truth(0) if self.dice.chance(50) else expr("true")
        head = (f"while ({name}-- > 0 && ", test, ") {")
        return [line(f"int {name} = 2;"), block(head, self._rounds(name, "int"))]

    def _do(self) -> list[Node]:
        name = self.name("i")
        tail = ("} while (", f"--{name} > 0 && ", self.truth(0), ");")
        return [line(f"int {name} = 2;"), block("do {", self._rounds(name, "int"), tail)]

    def _each(self) -> list[Node]:
        if not self.scenery.macro:
            return self._for()
        name = self.name("i")
        return [line(f"u8 {name};"), block(f"each ({name}) {{", self._rounds(name, "u8"))]

    def _each_object(self) -> list[Node]:
        name = self.name("o")
        self.budget -= 1
        loops, self.loops = self.loops, self.loops + 1
        with self.scope():
            self.locals[name] = pointer_to(NODE)
            inner = self.some(1)
        self.loops = loops
        return [block(f"for_each_object ({name}, {NODE}) {{", inner)]

    def _again(self) -> list[Node]:
        """A loop made of goto: an attempt, and another one while it fails."""
        label, name = self.name("again"), self.name("i")
        self.loops = 0  # this is none that a break could leave
        inner = self._rounds(name, "u8")
        test = (f"if ({name}++ < ", expr(self.dice.between(1, 2)), " && ", self.truth(0), ") {")
        retry = block(test, [line(f"goto {label};")])
        return [line(f"u8 {name} = 0;"), line(f"{label}:"), block("{", inner), retry]

    def _spin(self) -> list[Node]:
        """Waits by looking again and again: schedules that go on for ever, where somebody writes what is looked at."""
        if self.whole and not self.dice.chance(10):
            return self._for()
        if self.dice.chance(20):
            return [block("while (true) {", [])]  # never comes to a step
        place = expr("hub")
        if not self.hub_is_shared and self.dice.chance(80):
            place = self.place(self.dice.pick([t for t in self.leaf_types() if is_number(t)]))
        test = expr(place, f" {self.dice.pick(('==', '!='))} ", expr(self.dice.between(0, 2)))
        form = self.dice.between(0, 3)
        if form == 0:
            return [block(("while (", test, ") {"), [])]
        if form == 1:
            return [block("do {", [], ("} while (", test, ");"))]
        inner: list[Node] = [block(("if (", test, ") {"), [line("break;")])]
        if form == 2:  # the same again and again, so that the states stay few
            inner.append(line("hub = ", expr(self.dice.between(0, 1)), ";"))
        return [block("for (;;) {", inner)]
