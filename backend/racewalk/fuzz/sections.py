"""Random sections: what is done with a lock held, in an RCU section, with interrupts off, or as one step."""

from __future__ import annotations

from racewalk.fuzz.locks import COMPLETION, FORMS, NESTED, QUEUE
from racewalk.fuzz.simple import Forms, Simple
from racewalk.fuzz.tree import Expr, Node, block, line


class Sections(Simple):
    """Adds what stands between two operations that belong together, and whatever waits."""

    def section_forms(self) -> Forms:
        themes, deep = self.scenery.themes, self.depth > 0
        forms: Forms = [(6, self._irq_switch)] if "irq" in themes else []
        if self._there(COMPLETION):
            forms.append((14, self._complete))
        if self._there(QUEUE):
            forms.append((8, self._wake))
        if self.whole:
            return [*forms, (6, self._lock)] if "fuse" in themes and not self.in_atomic and not self.daemon else forms
        if any(self.place_or_none(t, addressed=True) is not None for t in FORMS):
            forms.append((20, self._lock))
        forms.append((6, self._wait))
        if self._there(COMPLETION):
            forms.append((10, self._wait_for_completion))
        if self._there(QUEUE):
            forms += [(16, self._wait_event), (8, self._sleep)]
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
        places = [(t, place) for t in FORMS if (place := self.place_or_none(t, addressed=True)) is not None]
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
        nested = take in NESTED and dice.chance(15)
        before = line(NESTED[take], lock, ", 1);") if nested else line(take, lock, ");")
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
        what = self.dice.pick(("irq", "irq", "bh"))
        return [line(f"local_{what}_disable();"), *inner, line(f"local_{what}_enable();")]

    def _irq_switch(self) -> list[Node]:
        what, how = self.dice.pick(("irq", "irq", "bh")), self.dice.pick(("disable", "enable"))
        return [self._operation(f"local_{what}_{how}();")]

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

    # -- completions and wait queues ---------------------------------------------------------------

    def _there(self, t: str) -> Expr | None:
        return self.place_or_none(t, addressed=True)

    def _addressed(self, t: str) -> Expr:
        place = self._there(t)
        assert place is not None
        self.budget -= 1
        return Expr(("&", place))

    def _complete(self) -> list[Node]:
        name = self.dice.weighted([(6, "complete("), (2, "complete_all("), (1, "reinit_completion(")])
        if self.dice.chance(15):
            name = "try_wait_for_completion("
        return [line(name, self._addressed(COMPLETION), ");")]

    def _wait_for_completion(self) -> list[Node]:
        return [line("wait_for_completion(", self._addressed(COMPLETION), ");")]

    def _wake(self) -> list[Node]:
        name = "wake_up(" if not self.whole and self.dice.chance(60) else "wake_up_all("
        return [line(name, self._addressed(QUEUE), ");")]

    def _wait_event(self) -> list[Node]:
        name = self.dice.pick(("wait_event(", "wait_event(", "wait_event_exclusive("))
        queue = self._there(QUEUE)
        assert queue is not None
        self.budget -= 3
        with self.looking():
            test = self.truth(0)
        return [line(name, queue, ", ", test, ");")]

    def _sleep(self) -> list[Node]:
        """By hand; sometimes a part is missing."""
        queue = self._addressed(QUEUE)
        self.budget -= 2
        prepare = self.dice.pick(("prepare_to_wait(", "prepare_to_wait(", "prepare_to_wait_exclusive("))
        sleep = block(("if (", self.truth(0), ") {"), [line("schedule();")])
        nodes: list[Node] = [line(prepare, queue, ");"), sleep, line("finish_wait(", queue, ");")]
        return self.dice.some(nodes, 2) if self.dice.chance(10) else nodes

    # -- one step ----------------------------------------------------------------------------------

    def _atomic(self) -> list[Node]:
        """An atomic block, which may block only at its start."""
        self.budget -= 1
        first: list[Node] = []
        if self.dice.chance(35):
            there = self.lock_there()
            if there is not None and self.dice.chance(50):
                first = [line(FORMS[there[0]].pairs[0][0], there[1], ");")]
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
