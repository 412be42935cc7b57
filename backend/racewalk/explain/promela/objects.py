"""The life of objects: kmalloc, kfree, and who still lives."""

from __future__ import annotations

from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    Life,
    Num,
    among,
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
from racewalk.explain.promela.places import generation, is_live, was_used
from racewalk.explain.promela.signals import Signals
from racewalk.program.code import Allocate, Free, NextObject
from racewalk.program.layout import (
    GENERATION_SHIFT,
    GENERATIONS,
    LIVE,
    USED,
)
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK


class Objects(Signals):
    def allocate(self, instr: Allocate) -> None:
        objects = self.ground.program.layout.pools[instr.pool]
        lives = [(Num(thing.life or 0), Num(thing.address)) for thing in objects]
        used = [(both(no(is_live(life)), was_used(life)), at) for life, at in lives]
        fresh = [] if instr.reuse else [(no(either(is_live(life), was_used(life))), at) for life, at in lives]
        at = self.keep(first_of([*fresh, *used], NO))
        if instr.reuse:
            self.ops.append(Wait(differs(at, NO)))
        else:
            self.ops.append(Die("pool-exhausted", same(at, NO)))
        initial = [(offset, t, self.keep_all(self.value(v))) for offset, t, v in instr.initial]
        for i in range(objects[0].cell.size):
            self.put(plus(at, i), NO)
        life = plus(at, -1)
        self.put(life, operate("|", low(Byte(life), 0xFF & ~(USED | LIVE)), Num(USED | LIVE)))
        for offset, t, content in initial:
            self.write(plus(at, offset), t, self.fitting(content, t))
        made = operate("|", at, operate("<<", generation(life), Num(ADDRESS_BITS)))
        self.set(instr.target, made)

    def free(self, instr: Free) -> None:
        layout = self.ground.program.layout
        pointer = self.keep(self.number(instr.pointer))
        at = self.keep(low(pointer, ADDRESS_MASK))
        mortal = [thing for pool in layout.pools.values() for thing in pool]
        known = either(*(among(at, [thing.address for thing in pool]) for pool in layout.pools.values()))
        self.ops.append(Die("bad-free", both(pointer, no(known))))
        if not mortal:
            return
        life = self.keep(pick(pointer, plus(at, -1), NO))  # of NULL the byte at 0, which is nothing
        other = differs(generation(life), operate(">>", pointer, Num(ADDRESS_BITS)))
        self.ops.append(Die("double-free", both(pointer, either(no(is_live(life)), other))))
        for head in layout.rcu_heads:
            thing = layout.owner_of[head.address]
            if thing.life is not None:
                queued = differs(Byte(Num(head.address)), NO)
                self.ops.append(Note("rcu-freed-early", both(same(at, Num(thing.address)), both(pointer, queued))))
        following = low(plus(generation(life), 1), GENERATIONS - 1)
        freed = operate("|", operate("<<", following, Num(GENERATION_SHIFT)), Num(USED))
        self.put(life, pick(pointer, freed, NO))

    def lives(self, pointer: Expr) -> Expr:
        if not self.ground.program.layout.pools:
            return differs(pointer, NO)
        at = low(pointer, ADDRESS_MASK)
        life = self.keep(Life(at))
        fresh = both(is_live(life), same(generation(life), operate(">>", pointer, Num(ADDRESS_BITS))))
        return both(pointer, either(same(life, NO), fresh))

    def next_object(self, instr: NextObject) -> None:
        after = low(self.number(instr.after), ADDRESS_MASK) if instr.after is not None else NO
        kept = self.keep(after)
        cases = []
        for address in instr.addresses:
            life = self.ground.life_at(address)
            live = is_live(Num(life)) if life else YES
            cases.append((both(operate("<", kept, Num(address)), live), Num(address)))
        found = self.keep(first_of(cases, NO))
        mortal = any(self.ground.life_at(address) for address in instr.addresses)
        self.set(instr.target, self.pointer_to(found) if mortal else found)
