"""Random sections: what is done with a lock held, in an RCU section, with interrupts off, or as one step."""

from __future__ import annotations

from racewalk.fuzz.locks import FORMS, LOCKS
from racewalk.fuzz.simple import Forms, Simple
from racewalk.fuzz.tree import Expr, Node, block, line


class Sections(Simple):
    """Adds what stands between two operations that belong together, and whatever waits."""

    def section_forms(self) -> Forms:
        themes, deep = self.scenery.themes, self.depth > 0
        forms: Forms = [(6, self._irq_switch)] if "irq" in themes else []
        if self.whole:
            return [*forms, (6, self._lock)] if "fuse" in themes and not self.in_atomic and not self.daemon else forms
        if any(self.place_or_none(t, addressed=True) is not None for t in LOCKS):
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

    # -- locks -------------------------------------------------------------------------------------

    def lock_there(self) -> tuple[str, Expr] | None:
        """Some lock: its type, and its address."""
        places = [(t, place) for t in LOCKS if (place := self.place_or_none(t, addressed=True)) is not None]
        if not places:
            return None
        t, place = self.dice.pick(places)
        return t, Expr(("&", place))

    def _lock(self) -> list[Node]:
        """Take a lock, do something, release it; sometimes wrongly."""
        dice = self.dice
        there = self.lock_there()
        if there is None:
            return self.store()
        t, lock = there
        self.budget -= 2
        if dice.chance(12):  # only one half of it
            return [line(dice.pick(FORMS[t].alone), lock, ");")]
        if dice.chance(22) and self.depth > 0:
            take, release = dice.pick(FORMS[t].tries)
            return [block(("if (", Expr((take, lock, ")")), ") {"), [*self.some(2), line(release, lock, ");")])]
        take, release = dice.pick(FORMS[t].pairs)
        nested = ", 1" if take == "spin_lock(" and dice.chance(15) else ""
        before = line(take.replace("lock(", "lock_nested(") if nested else take, lock, f"{nested});")
        inner = self.some(2) if self.depth > 0 else []
        if take == "down_write(" and dice.chance(30):
            inner, release = [*inner, line("downgrade_write(", lock, ");")], "up_read("
        return [before, *inner, line(release, lock, ");")]

    # -- RCU, interrupts, waiting ------------------------------------------------------------------

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
        return [line("wait_until(", self.awaited(), ");")]

    def awaited(self) -> Expr:
        """What is waited for: part of one step."""
        whole, self.whole = self.whole, True
        if self.dice.chance(30):
            made = self.asked(f"{self.dice.pick(('finished', 'irqs_enabled'))}({self.a_cpu()})")
        else:
            made = self.truth(1)
        self.whole = whole
        return made

    # -- one step ----------------------------------------------------------------------------------

    def _atomic(self) -> list[Node]:
        """An atomic block, which may block only at its start."""
        self.budget -= 1
        first: list[Node] = []
        if self.dice.chance(35):
            there = self.lock_there()
            if there is not None and self.dice.chance(50):
                first = [line(self.dice.pick(FORMS[there[0]].pairs)[0], there[1], ");")]
            else:
                with self.looking():
                    first = [line("wait_until(", self.truth(1), ");")]
        return [block("atomic {", [*first, *self._inside_one_step(atomic=True)])]

    def _fuse(self) -> list[Node]:
        self.budget -= 1
        inner = self._inside_one_step(atomic=False)
        if self.dice.chance(40) and (there := self.lock_there()) is not None:  # a second lock: fuses can hide an ABBA
            take, release = self.dice.pick(FORMS[there[0]].pairs)
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
