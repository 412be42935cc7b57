"""The meaning of each instruction, said a second time: as operations on bytes.

`racewalk.machine.execution` is the first; the two share no code above the layout of the state.
An instruction that this module does not know is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Expr,
    Life,
    NotExpressible,
    Num,
    Temp,
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
from racewalk.explain.promela.places import Places, generation, is_live, was_used
from racewalk.explain.promela.values import alike, choose
from racewalk.lang.types import LockType
from racewalk.program.code import (
    ADDRESS_BITS,
    ADDRESS_MASK,
    Acquire,
    AddressOf,
    Allocate,
    AskFinished,
    AskIrqs,
    AskLive,
    Await,
    CallRcu,
    Check,
    Choose,
    ContainerOf,
    Cover,
    Downgrade,
    Enter,
    Free,
    GracePeriod,
    Instr,
    Load,
    MightSleep,
    NextObject,
    RcuReadLock,
    RcuReadUnlock,
    Release,
    Set,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Update,
)
from racewalk.program.layout import GENERATION_SHIFT, GENERATIONS, IRQS_OFF, LIVE, PC, RCU_DEPTH, SNAPSHOT, USED

CHOICE = Temp("choice", 0, 63)
"""Which way a step goes that has several."""


class Instructions(Places):
    """Translates for one actor; `actor == ground.nobody` is setup, finally, properties."""

    actor: int = -1

    def execute(self, instr: Instr) -> None:
        """Everything but jumps."""
        match instr:
            case Set(target=target, value=value):
                self.set(target, self.fitting(self.value(value), target.type))
            case Load(target=target, place=place):
                self.set(target, self.read(self.address(place, instr), place.type))
            case Store(place=place, value=value):
                where = self.address(place, instr)
                self.write(where, place.type, self.fitting(self.value(value), place.type))
            case Update():
                self._update(instr)
            case AddressOf(target=target, place=place):
                self.set(target, self.pointer_to_place(place, instr))
            case ContainerOf():
                self._container_of(instr)
            case Acquire():
                self._acquire(instr)
            case Release():
                self._release(instr)
            case Downgrade():
                self._downgrade(instr)
            case RcuReadLock():
                deeper = plus(self.rcu_depth(self.actor), 1)
                self.put(self._header(self.actor, RCU_DEPTH), pick(operate("<", deeper, Num(255)), deeper, Num(255)))
            case RcuReadUnlock():
                self._rcu_read_unlock()
            case SetIrqs(off=off):
                self.ops.append(Note("unbalanced", same(self.irqs_off(self.actor), Num(int(off)))))
                self.put(self._header(self.actor, IRQS_OFF), Num(int(off)))
                self._left_section()
            case CallRcu(place=place, function=function):
                where = self.address(place, instr)
                self.ops.append(Note("double-call-rcu", differs(Byte(where), NO)))
                self.put(where, Num(function))
                self.put_half(plus(where, 1), self._readers())
            case SynchronizeRcu(begin=True):
                others = low(self._readers(), 0xFFFF & ~(1 << self.actor))
                self.put_half(self._header(self.actor, SNAPSHOT), others)
                self._may_sleep()
            case SynchronizeRcu():
                self.ops.append(Wait(same(self.half(self._header(self.actor, SNAPSHOT)), NO)))
            case GracePeriod():
                self._grace_period(instr)
            case Allocate():
                self._allocate(instr)
            case Free():
                self._free(instr)
            case Await(test=test):
                self.ops.append(Wait(self.number(test)))
            case Choose(target=target):
                self.set(target, CHOICE)
            case AskFinished(target=target, cpu=cpu):
                self.set(target, self._of_cpu(self.number(cpu), self.finished))
            case AskIrqs(target=target, cpu=cpu):
                self.set(target, self._of_cpu(self.number(cpu), lambda actor: no(self.irqs_off(actor))))
            case AskLive(target=target, pointer=pointer):
                self.set(target, self._lives(self.keep(self.number(pointer))))
            case NextObject():
                self._next_object(instr)
            case MightSleep():
                self._may_sleep()
            case Check(test=test, kind=kind, fatal=fatal):
                self.ops.append((Die if fatal else Note)(kind, no(self.number(test))))
            case Cover() | Enter():
                pass
            case _:
                raise NotExpressible(f"no export knows the instruction {type(instr).__name__} yet")

    def _update(self, instr: Update) -> None:
        t = instr.place.type
        where = self.address(instr.place, instr)
        old, given = self.keep_all(self.read(where, t)), self.keep_all(self.value(instr.value))
        result, new = old, given
        writes: Expr = YES
        if instr.op not in ("cmpxchg", "xchg"):
            assert not isinstance(old, tuple)
            assert not isinstance(given, tuple)
            new = operate("|" if instr.op == "or" else "+", old, given)
            if instr.op == "inc_not_zero":
                result = writes = differs(old, NO)
            if instr.op == "dec_and_test":
                result = same(new, NO)
        elif instr.op == "cmpxchg":
            assert instr.expected is not None
            writes = self.keep(alike(old, self.value(instr.expected), t))
        self.write(where, t, self.fitting(choose(writes, new, old), t))
        if instr.target is not None:
            self.set(instr.target, result)

    def _container_of(self, instr: ContainerOf) -> None:
        pointer = self.keep(self.number(instr.pointer))
        self.ops.append(Die("null-dereference", same(pointer, NO)))
        struct = self.ground.program.checked.structs[instr.struct]
        at = self.keep(operate("-", low(pointer, ADDRESS_MASK), Num(instr.offset)))
        places = sorted(self.ground.program.layout.typed.get(id(struct), ()))
        self.ops.append(Die("wild-access", no(among(at, places))))
        self.set(instr.target, operate("|", low(at, ADDRESS_MASK), low(pointer, ~ADDRESS_MASK & 0xFFFF)))

    # -- locks ----------------------------------------------------------------------------------

    def _acquire(self, instr: Acquire) -> None:
        where = self.address(instr.place, instr)
        lock = instr.place.type
        assert isinstance(lock, LockType)
        if not instr.attempt:
            self.ops.append(Die("recursive-locking", self.holds(self.actor, where, lock)))
            if lock.sleeps:
                self._may_sleep()
        free = same(Byte(where), NO)
        if instr.mode == "write":
            free = both(free, same(self.half(plus(where, 1)), NO))
        if instr.attempt:
            free = self.keep(free)
        else:
            self.ops.append(Wait(free))
            self._check_order(instr, where)
            free = YES
        if instr.mode == "read":
            self._put_if(free, plus(where, 1), 2, operate("|", self.half(plus(where, 1)), Num(self._bit())))
        else:
            self._put_if(free, where, 1, Num(self.actor + 1))
        if instr.target is not None:
            self.set(instr.target, free)

    def _put_if(self, test: Expr, where: Expr, size: int, value: Expr) -> None:
        if size == 1:
            self.put(where, pick(test, value, Byte(where)))
        else:
            self.put_half(where, pick(test, value, self.half(where)))

    def _release(self, instr: Release) -> None:
        where = self.address(instr.place, instr)
        if instr.mode == "read":
            readers, bit = self.keep(self.half(plus(where, 1))), self._bit()
            mine = differs(low(readers, bit), NO) if bit else YES
            self.put_half(plus(where, 1), low(readers, 0xFFFF & ~bit))
        else:
            owner = self.keep(Byte(where))
            mine = differs(owner, NO) if instr.mode == "bit" else same(owner, Num(self.actor + 1))
            self.put(where, NO)
        self.ops.append(Note("bad-unlock", no(mine)))
        if instr.mode == "spin":
            self._left_section()

    def _downgrade(self, instr: Downgrade) -> None:
        where = self.address(instr.place, instr)
        self.ops.append(Note("bad-unlock", differs(Byte(where), Num(self.actor + 1))))
        self.put(where, NO)
        self.put_half(plus(where, 1), operate("|", self.half(plus(where, 1)), Num(self._bit())))

    def _bit(self) -> int:
        """This actor in a mask; nobody has none."""
        return 1 << self.actor if self.actor < self.ground.nobody else 0

    def holds(self, actor: int, where: Expr, lock: LockType) -> Expr:
        owns = same(Byte(where), Num(actor + 1))
        if not lock.shared:
            return owns
        return either(owns, differs(low(self.half(plus(where, 1)), 1 << actor & 0xFFFF), NO))

    def _check_order(self, instr: Acquire, where: Expr) -> None:
        """Taking what stands above something held is an inversion."""
        outer = self.ground.program.outer_locks
        t, place = instr.place.type, instr.place.key
        possible = [key for _, lock, key in self.ground.locks if lock == t and place in (key, f"*{t}")]
        for mine in dict.fromkeys(possible):
            inner = [(at, t) for at, t, key in self.ground.locks if mine in outer.get(key, ())]
            if inner:
                here = among(where, [at for at, _, key in self.ground.locks if key == mine])
                if set(possible) == {mine}:
                    here = YES
                held = either(*(self.holds(self.actor, Num(at), t) for at, t in inner))
                self.ops.append(Note("lock-order", both(here, held)))

    def _may_sleep(self) -> None:
        self.ops.append(Note("sleep-in-atomic", self.is_reader(self.actor)))

    # -- actors ---------------------------------------------------------------------------------

    def _header(self, actor: int, offset: int) -> Num:
        return Num(self.ground.program.layout.header(actor) + offset)

    def rcu_depth(self, actor: int) -> Expr:
        return Byte(self._header(actor, RCU_DEPTH))

    def irqs_off(self, actor: int) -> Expr:
        return low(Byte(self._header(actor, IRQS_OFF)), 1)

    def finished(self, actor: int) -> Expr:
        return same(self.half(self._header(actor, PC)), Num(self.ground.program.actors[actor].end))

    def is_reader(self, actor: int) -> Expr:
        """RCU must wait for it: in a read section, or with preemption or interrupts off."""
        spinning = [same(Byte(Num(at)), Num(actor + 1)) for at in self.ground.program.layout.spinlocks]
        return either(self.rcu_depth(actor), self.irqs_off(actor), *spinning)

    def _of_cpu(self, cpu: Expr, ask: Callable[[int], Expr]) -> Expr:
        """What is so of the CPU with this number."""
        number = self.keep(cpu)
        known = [(same(number, Num(a.number)), a.index) for a in self.ground.program.actors if a.number is not None]
        self.ops.append(Die("index-out-of-range", no(either(*(test for test, _ in known)))))
        return first_of([(test, ask(actor)) for test, actor in known], NO)

    # -- RCU ------------------------------------------------------------------------------------

    def _readers(self) -> Expr:
        """Mask of those whom RCU must wait for."""
        found: Expr = NO
        for actor in range(self.ground.nobody):
            found = operate("|", found, pick(self.is_reader(actor), Num(1 << actor), NO))
        return self.keep(found)

    def _rcu_read_unlock(self) -> None:
        depth = self.keep(self.rcu_depth(self.actor))
        self.ops.append(Note("unbalanced", same(depth, NO)))
        self.put(self._header(self.actor, RCU_DEPTH), pick(depth, operate("-", depth, Num(1)), NO))
        self._left_section()  # of somebody who was in none nothing is waited for

    def _left_section(self) -> None:
        """Whoever waits for readers need not wait for those who are none any more."""
        if not self.ground.has_rcu_masks:
            return
        layout, readers = self.ground.program.layout, self._readers()
        masks = [Num(head.address + 1) for head in layout.rcu_heads]
        masks += [self._header(actor, SNAPSHOT) for actor in range(layout.actors)]
        for mask in masks:
            self.put_half(mask, operate("&", self.half(mask), readers))

    def _grace_period(self, instr: GracePeriod) -> None:
        heads = [Num(cell.address) for cell in self.ground.program.layout.rcu_heads]
        head = self.keep(first_of([(same(CHOICE, Num(i)), at) for i, at in enumerate(heads)], NO))
        self.ops.append(Wait(both(Byte(head), same(self.half(plus(head, 1)), NO))))
        self.set(instr.which, Byte(head))
        self.set(instr.head, self.pointer_to(head))
        self.put(head, NO)

    # -- objects --------------------------------------------------------------------------------

    def _allocate(self, instr: Allocate) -> None:
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
        self._left_section()  # a lock that was held in there is gone
        for offset, t, content in initial:
            self.write(plus(at, offset), t, self.fitting(content, t))
        made = operate("|", at, operate("<<", generation(life), Num(ADDRESS_BITS)))
        self.set(instr.target, made)

    def _free(self, instr: Free) -> None:
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
        following = low(plus(generation(life), 1), GENERATIONS - 1)
        freed = operate("|", operate("<<", following, Num(GENERATION_SHIFT)), Num(USED))
        self.put(life, pick(pointer, freed, NO))

    def _lives(self, pointer: Expr) -> Expr:
        if not self.ground.program.layout.pools:
            return differs(pointer, NO)
        at = low(pointer, ADDRESS_MASK)
        life = self.keep(Life(at))
        fresh = both(is_live(life), same(generation(life), operate(">>", pointer, Num(ADDRESS_BITS))))
        return both(pointer, either(same(life, NO), fresh))

    def _next_object(self, instr: NextObject) -> None:
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
