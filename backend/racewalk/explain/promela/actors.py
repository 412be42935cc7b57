"""What belongs to an actor: its header, the sets that it is in, the sections that RCU waits for, softirqs."""

from __future__ import annotations

from collections.abc import Callable

from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    Num,
    both,
    differs,
    either,
    first_of,
    low,
    no,
    operate,
    pick,
    plus,
    same,
)
from racewalk.explain.promela.ops import Die, Note, Wait
from racewalk.explain.promela.places import Places
from racewalk.program.layout import (
    ASLEEP,
    BH_DEPTH,
    IRQS_OFF,
    PC,
    PREEMPT_COUNT,
    RCU_DEPTH,
    SNAPSHOT,
    SOFTIRQ,
)


class Actors(Places):
    """`actor == ground.nobody` is who runs setup, `finally` and properties."""

    actor: int = -1

    # -- headers --------------------------------------------------------------------------------

    def header(self, actor: int, offset: int) -> Num:
        return Num(self.ground.program.layout.header(actor) + offset)

    def own(self, offset: int) -> Byte:
        return Byte(self.header(self.actor, offset))

    def count_up(self, offset: int, only_if: Expr = YES) -> None:
        count = self.own(offset)
        more = pick(operate("<", count, Num(255)), plus(count, 1), Num(255))
        self.put(count.address, pick(only_if, more, count))

    def count_down(self, offset: int, only_if: Expr = YES) -> None:
        count = self.own(offset)
        less = pick(count, low(plus(count, -1), 0xFF), NO)
        self.put(count.address, pick(only_if, less, count))

    def asleep(self, actor: int) -> Expr:
        return differs(Byte(self.header(actor, ASLEEP)), NO)

    def irqs_off(self, actor: int) -> Expr:
        return low(Byte(self.header(actor, IRQS_OFF)), 1)

    def irqs_are_on(self, actor: int) -> Expr:
        """On a CPU and in its softirqs."""
        return no(either(*(self.irqs_off(a) for a in (actor, *self.ground.program.actors[actor].softirqs))))

    def finished(self, actor: int) -> Expr:
        return same(self.half(self.header(actor, PC)), Num(self.ground.program.actors[actor].end))

    def is_reader(self, actor: int) -> Expr:
        """RCU must wait for it: in a read section, or with preemption or interrupts off."""
        counts = [Byte(self.header(actor, offset)) for offset in (RCU_DEPTH, PREEMPT_COUNT)]
        return either(*counts, self.irqs_off(actor))

    def of_cpu(self, cpu: Expr, ask: Callable[[int], Expr]) -> Expr:
        """What is so of the CPU with this number."""
        number = self.keep(cpu)
        known = [(same(number, Num(a.number)), a.index) for a in self.ground.program.actors if a.number is not None]
        self.ops.append(Die("index-out-of-range", no(either(*(test for test, _ in known)))))
        return first_of([(test, ask(actor)) for test, actor in known], NO)

    # -- sets of actors -------------------------------------------------------------------------

    def has_bit(self, mask: Expr, actor: int) -> Expr:
        return differs(low(Byte(plus(mask, actor >> 3)), 1 << (actor & 7)), NO)

    def put_bit(self, mask: Expr, actor: int, there: Expr, only_if: Expr = YES) -> None:
        """Put the actor into a set, or take it out; `there` is a constant."""
        where, bit = plus(mask, actor >> 3), 1 << (actor & 7)
        old = Byte(where)
        new = operate("|", old, Num(bit)) if there == YES else low(old, 0xFF & ~bit)
        self.put(where, pick(only_if, new, old))

    # -- sections -------------------------------------------------------------------------------

    def may_sleep(self) -> None:
        self.ops.append(Note("sleep-in-atomic", self.is_reader(self.actor)))
        if self.ground.program.layout.queues:
            self.ops.append(Note("nested-sleep", self.asleep(self.actor)))

    def readers(self) -> Expr:
        """Mask of those whom RCU must wait for."""
        found: Expr = NO
        for actor in range(self.ground.nobody):
            found = operate("|", found, pick(self.is_reader(actor), Num(1 << actor), NO))
        return self.keep(found)

    def left_section(self, only_if: Expr = YES) -> None:
        """If this actor is no reader any more, nobody need wait for it."""
        if not self.ground.has_rcu_masks or self.actor == self.ground.nobody:
            return
        layout = self.ground.program.layout
        left = self.keep(both(only_if, no(self.is_reader(self.actor))))
        masks = [Num(head.address + 1) for head in layout.rcu_heads]
        masks += [self.header(actor, SNAPSHOT) for actor in range(layout.actors)]
        for mask in masks:
            self.put_bit(mask, self.actor, NO, only_if=left)

    # -- softirqs -------------------------------------------------------------------------------

    def begin(self) -> None:
        """A CPU waits while a softirq runs on it; a softirq waits until it may, and then runs."""
        me = self.ground.program.actors[self.actor]
        if me.softirqs:
            self.ops.append(Wait(same(Byte(self.header(me.index, SOFTIRQ)), NO)))
        if me.cpu is None:
            return
        running = self.keep(Byte(self.header(me.cpu, SOFTIRQ)))
        may_begin = both(same(running, NO), no(either(self.irqs_off(me.cpu), Byte(self.header(me.cpu, BH_DEPTH)))))
        self.ops.append(Wait(either(same(running, Num(me.index + 1)), may_begin)))
        self.put(self.header(me.cpu, SOFTIRQ), Num(me.index + 1))
        self.count_up(PREEMPT_COUNT, only_if=same(running, NO))

    def end_round(self, step: int) -> None:
        """A softirq comes to a step where it rests: its CPU goes on."""
        me = self.ground.program.actors[self.actor]
        if me.cpu is not None and (step == me.end or step in me.rests):
            self.put(self.header(me.cpu, SOFTIRQ), NO)
            self.count_down(PREEMPT_COUNT)
            self.left_section()
