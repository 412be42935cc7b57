"""Where an access goes, and what is found on the way there: NULL, an index outside, an object that is gone.

A pointer is NULL or leads to where something of its type lies, since every instruction that makes one
sees to that; so there is no test for other addresses.
"""

from __future__ import annotations

from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    Life,
    Num,
    both,
    differs,
    either,
    first_of,
    low,
    no,
    operate,
    plus,
    same,
)
from racewalk.explain.promela.ops import Die, Note
from racewalk.explain.promela.values import Values
from racewalk.program.code import Instr
from racewalk.program.layout import GENERATION_SHIFT, LIVE, USED
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK, Place


class Places(Values):
    def address(self, place: Place, instr: Instr, access: bool = True) -> Expr:
        """Where a place is now."""
        return self._resolved(place, instr, access)[0]

    def pointer_to_place(self, place: Place, instr: Instr) -> Expr:
        """A pointer to a place: of the generation of the pointer that led there."""
        at, pointer = self._resolved(place, instr, access=False)
        if pointer is None:
            return self.pointer_to(at)
        return operate("|", at, low(pointer, ~ADDRESS_MASK & 0xFFFF))

    def _resolved(self, place: Place, instr: Instr, access: bool) -> tuple[Expr, Expr | None]:
        """The address, and the pointer that was followed."""
        pointer: Expr | None = None
        if isinstance(place.base, int):
            at: Expr = Num(place.base)
            if place.base not in self.ground.program.layout.owner_of:
                self.ops.append(Die("wild-access", YES))
        else:
            pointer = self.keep(self.number(place.base))
            self.ops.append(Die("null-dereference", same(pointer, NO)))
            at = low(pointer, ADDRESS_MASK)
        found = plus(at, place.offset)
        for index in place.indexes:
            number = self.keep(self.number(index.value))
            inside = both(operate(">=", number, NO), operate("<", number, Num(index.length)))
            self.ops.append(Die("index-out-of-range", no(inside)))
            found = operate("+", found, operate("*", number, Num(index.stride)))
        if access and not instr.observe:
            self._check_life(at, pointer, place.key)
        return self.keep(found), pointer

    def quiet_address(self, place: Place) -> tuple[Expr, Expr]:
        """Whether a place can be come to, and its address then; nothing is reported."""
        fine: list[Expr] = []
        found: Expr = Num(place.base) if isinstance(place.base, int) else NO
        if not isinstance(place.base, int):
            fine.append(no(self.divides_by_zero(place.base)))
            pointer = self.scalar(place.base)
            fine.append(differs(pointer, NO))
            found = low(pointer, ADDRESS_MASK)
        found = plus(found, place.offset)
        for index in place.indexes:
            fine.append(no(self.divides_by_zero(index.value)))
            number = self.scalar(index.value)
            fine += [operate(">=", number, NO), operate("<", number, Num(index.length))]
            found = operate("+", found, operate("*", number, Num(index.stride)))
        return both(*fine), found

    def _check_life(self, at: Expr, pointer: Expr | None, key: str) -> None:
        if isinstance(at, Num):
            life: Expr = Num(self.ground.life_at(at.value))
        elif self.ground.may_die(key):
            life = self.keep(Life(at))
        else:
            return
        stale = differs(generation(life), operate(">>", pointer, Num(ADDRESS_BITS))) if pointer is not None else NO
        self.ops.append(Note("use-after-free", both(life, either(stale, no(is_live(life))))))

    def pointer_to(self, at: Expr) -> Expr:
        """A pointer to an address, made now."""
        if isinstance(at, Num):
            life: Expr = Num(self.ground.life_at(at.value))
        else:
            life = Life(at) if self.ground.program.layout.pools else NO
        if life == NO:
            return at
        kept = self.keep(life)
        made = operate("|", at, operate("<<", generation(kept), Num(ADDRESS_BITS)))
        return made if isinstance(kept, Num) else first_of([(same(kept, NO), at)], made)


def generation(life: Expr) -> Expr:
    return operate(">>", Byte(life), Num(GENERATION_SHIFT))


def is_live(life: Expr) -> Expr:
    return differs(low(Byte(life), LIVE), NO)


def was_used(life: Expr) -> Expr:
    return differs(low(Byte(life), USED), NO)
