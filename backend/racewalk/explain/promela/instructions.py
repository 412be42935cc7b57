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
    Down,
    Downgrade,
    Enter,
    FinishWait,
    Free,
    GracePeriod,
    Instr,
    Load,
    MightSleep,
    NextObject,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Reinit,
    Release,
    Schedule,
    Set,
    SetBh,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Up,
    Update,
    WakeUp,
)
from racewalk.program.layout import (
    ASLEEP,
    BH_DEPTH,
    EXCLUSIVE,
    FOR_ALL,
    GENERATION_SHIFT,
    GENERATIONS,
    IRQS_OFF,
    LIVE,
    PC,
    PREEMPT_COUNT,
    RCU_DEPTH,
    SNAPSHOT,
    SOFTIRQ,
    USED,
    completes,
)

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
            case Down():
                self._down(instr)
            case Up():
                self._up(instr)
            case Reinit(place=place):
                self.put(self.address(place, instr), NO)
            case PrepareToWait(place=place, exclusive=exclusive):
                where = self.address(place, instr)
                self._put_bit(where, self.actor, YES)
                self._put_bit(plus(where, EXCLUSIVE), self.actor, Num(int(exclusive)))
                self.put(self._header(self.actor, ASLEEP), YES)
            case Schedule():
                self.ops.append(Note("sleep-in-atomic", self.is_reader(self.actor)))
                self.ops.append(Wait(no(self._own(ASLEEP))))
            case FinishWait(place=place):
                where = self.address(place, instr)
                self._put_bit(where, self.actor, NO)
                self._put_bit(plus(where, EXCLUSIVE), self.actor, NO)
                self.put(self._header(self.actor, ASLEEP), NO)
            case WakeUp():
                self._wake_up(instr)
            case RcuReadLock():
                self._count_up(RCU_DEPTH)
            case RcuReadUnlock():
                depth = self.keep(self._own(RCU_DEPTH))
                self.ops.append(Note("unbalanced", same(depth, NO)))
                self._count_down(RCU_DEPTH)
                self._left_section(only_if=depth)
            case SetIrqs(off=off):
                self.ops.append(Note("unbalanced", same(self.irqs_off(self.actor), Num(int(off)))))
                self.put(self._header(self.actor, IRQS_OFF), Num(int(off)))
                self._left_section()
            case SetBh(off=True):
                self._count_up(BH_DEPTH)
                self._count_up(PREEMPT_COUNT)
            case SetBh():
                depth = self.keep(self._own(BH_DEPTH))
                self.ops.append(Note("unbalanced", same(depth, NO)))
                self._count_down(BH_DEPTH)
                self._count_down(PREEMPT_COUNT, only_if=depth)
                self._left_section(only_if=depth)
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
                self.set(target, self._of_cpu(self.number(cpu), self._irqs_are_on))
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
            if not lock.spins:
                self._may_sleep()
        free = same(Byte(where), NO)
        if instr.mode == "write":
            free = both(free, same(self.half(plus(where, 1)), NO))
        if instr.attempt:
            free = self.keep(free)
        else:
            self._check_own_cpu(free, where, lock)
            self.ops.append(Wait(free))
            self._check_order(instr, where)
            free = YES
        if instr.mode != "read":
            self.put(where, pick(free, Num(self.actor + 1), Byte(where)))
        elif self.actor < self.ground.nobody:
            self._put_bit(plus(where, 1), self.actor, YES, only_if=free)
        if lock.spins:
            self._count_up(PREEMPT_COUNT, only_if=free)
        if instr.target is not None:
            self.set(instr.target, free)

    def _check_own_cpu(self, free: Expr, where: Expr, lock: LockType) -> None:
        """A softirq that waits for what its CPU holds waits for ever."""
        actors = self.ground.program.actors
        cpu = actors[self.actor].cpu if self.actor < len(actors) else None
        if cpu is not None and lock.kind != "bit_lock":
            self.ops.append(Die("deadlock", both(no(free), self.holds(cpu, where, lock))))

    def _release(self, instr: Release) -> None:
        where = self.address(instr.place, instr)
        if instr.mode == "read":
            mine = self.keep(self._has_bit(plus(where, 1), self.actor)) if self.actor < self.ground.nobody else YES
            if self.actor < self.ground.nobody:
                self._put_bit(plus(where, 1), self.actor, NO)
        else:
            owner = self.keep(Byte(where))
            mine = differs(owner, NO) if instr.mode == "bit" else same(owner, Num(self.actor + 1))
            self.put(where, NO)
        self.ops.append(Note("bad-unlock", no(mine)))
        if isinstance(instr.place.type, LockType) and instr.place.type.spins:
            self._count_down(PREEMPT_COUNT)
            self._left_section()

    def _downgrade(self, instr: Downgrade) -> None:
        where = self.address(instr.place, instr)
        self.ops.append(Note("bad-unlock", differs(Byte(where), Num(self.actor + 1))))
        self.put(where, NO)
        if self.actor < self.ground.nobody:
            self._put_bit(plus(where, 1), self.actor, YES)

    # -- what is waited for and given -----------------------------------------------------------

    def _down(self, instr: Down) -> None:
        where = self.address(instr.place, instr)
        if not instr.attempt:
            self._may_sleep()
        count = self.keep(Byte(where))
        got = differs(count, NO)
        if not instr.attempt:
            self.ops.append(Wait(got))
        stays = either(no(got), same(count, Num(FOR_ALL))) if completes(instr.place.type) else no(got)
        self.put(where, pick(stays, count, low(plus(count, -1), 0xFF)))
        if instr.target is not None:
            self.set(instr.target, got if completes(instr.place.type) else no(got))

    def _up(self, instr: Up) -> None:
        where = self.address(instr.place, instr)
        if instr.all:
            self.put(where, Num(FOR_ALL))
            return
        count = self.keep(Byte(where))
        most = Num(FOR_ALL - 1 if completes(instr.place.type) else FOR_ALL)
        self.ops.append(Note("overflow", same(count, most)))
        self.put(where, pick(operate(">=", count, most), count, low(plus(count, 1), 0xFF)))

    def _wake_up(self, instr: WakeUp) -> None:
        """Wakes `all`, or all who do not wait exclusively and one who does: the choice is whom, or that nobody does."""
        able = self.ground.exclusive_waiters
        chosen: Expr = CHOICE
        if not instr.all and self.is_first(instr):
            fine, at = self.quiet_address(instr.place)
            sleepers = [self._sleeps_exclusively(at, actor) for actor in able]
            wanted = first_of([(same(CHOICE, Num(i)), test) for i, test in enumerate(sleepers)], no(either(*sleepers)))
            self.ops.append(Wait(pick(fine, wanted, same(CHOICE, Num(len(able))))))
        where = self.address(instr.place, instr)
        if not instr.all and not self.is_first(instr):
            sleepers = [self._sleeps_exclusively(where, actor) for actor in able]
            chosen = self.keep(first_of([(test, Num(i)) for i, test in enumerate(sleepers)], Num(len(able))))
        woken = {}
        for actor in self.ground.waiters:
            wakes = both(self._has_bit(where, actor), self.asleep(actor))
            if not instr.all and actor in able:
                exclusive = self._has_bit(plus(where, EXCLUSIVE), actor)
                wakes = both(wakes, either(no(exclusive), same(chosen, Num(able.index(actor)))))
            woken[actor] = self.keep(wakes)
        for actor, wakes in woken.items():
            self._put_bit(where, actor, NO, only_if=wakes)
            self._put_bit(plus(where, EXCLUSIVE), actor, NO, only_if=wakes)
            self.put(self._header(actor, ASLEEP), pick(wakes, NO, Byte(self._header(actor, ASLEEP))))

    def _sleeps_exclusively(self, queue: Expr, actor: int) -> Expr:
        exclusive = self._has_bit(plus(queue, EXCLUSIVE), actor)
        return both(self._has_bit(queue, actor), exclusive, self.asleep(actor))

    def is_first(self, instr: Instr) -> bool:
        """The step begins with it, so that its choices are the step's."""
        raise NotImplementedError

    # -- sets of actors -------------------------------------------------------------------------

    def _has_bit(self, mask: Expr, actor: int) -> Expr:
        return differs(low(Byte(plus(mask, actor >> 3)), 1 << (actor & 7)), NO)

    def _put_bit(self, mask: Expr, actor: int, there: Expr, only_if: Expr = YES) -> None:
        """Put the actor into a set, or take it out; `there` is a constant."""
        where, bit = plus(mask, actor >> 3), 1 << (actor & 7)
        old = Byte(where)
        new = operate("|", old, Num(bit)) if there == YES else low(old, 0xFF & ~bit)
        self.put(where, pick(only_if, new, old))

    def holds(self, actor: int, where: Expr, lock: LockType) -> Expr:
        owns = same(Byte(where), Num(actor + 1))
        if not lock.shared or actor == self.ground.nobody:
            return owns
        return either(owns, self._has_bit(plus(where, 1), actor))

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
        if self.ground.program.layout.queues:
            self.ops.append(Note("nested-sleep", self.asleep(self.actor)))

    # -- actors ---------------------------------------------------------------------------------

    def _header(self, actor: int, offset: int) -> Num:
        return Num(self.ground.program.layout.header(actor) + offset)

    def _own(self, offset: int) -> Byte:
        return Byte(self._header(self.actor, offset))

    def _count_up(self, offset: int, only_if: Expr = YES) -> None:
        count = self._own(offset)
        more = pick(operate("<", count, Num(255)), plus(count, 1), Num(255))
        self.put(count.address, pick(only_if, more, count))

    def _count_down(self, offset: int, only_if: Expr = YES) -> None:
        count = self._own(offset)
        less = pick(count, low(plus(count, -1), 0xFF), NO)
        self.put(count.address, pick(only_if, less, count))

    def asleep(self, actor: int) -> Expr:
        return differs(Byte(self._header(actor, ASLEEP)), NO)

    def irqs_off(self, actor: int) -> Expr:
        return low(Byte(self._header(actor, IRQS_OFF)), 1)

    def _irqs_are_on(self, actor: int) -> Expr:
        """On a CPU and in its softirqs."""
        return no(either(*(self.irqs_off(a) for a in (actor, *self.ground.program.actors[actor].softirqs))))

    def finished(self, actor: int) -> Expr:
        return same(self.half(self._header(actor, PC)), Num(self.ground.program.actors[actor].end))

    def is_reader(self, actor: int) -> Expr:
        """RCU must wait for it: in a read section, or with preemption or interrupts off."""
        counts = [Byte(self._header(actor, offset)) for offset in (RCU_DEPTH, PREEMPT_COUNT)]
        return either(*counts, self.irqs_off(actor))

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

    def _left_section(self, only_if: Expr = YES) -> None:
        """If this actor is no reader any more, nobody need wait for it."""
        if not self.ground.has_rcu_masks or self.actor == self.ground.nobody:
            return
        layout = self.ground.program.layout
        left = self.keep(both(only_if, no(self.is_reader(self.actor))))
        masks = [Num(head.address + 1) for head in layout.rcu_heads]
        masks += [self._header(actor, SNAPSHOT) for actor in range(layout.actors)]
        for mask in masks:
            self._put_bit(mask, self.actor, NO, only_if=left)

    # -- softirqs -------------------------------------------------------------------------------

    def begin(self) -> None:
        """A CPU waits while a softirq runs on it; a softirq waits until it may, and then runs."""
        me = self.ground.program.actors[self.actor]
        if me.softirqs:
            self.ops.append(Wait(same(Byte(self._header(me.index, SOFTIRQ)), NO)))
        if me.cpu is None:
            return
        running = self.keep(Byte(self._header(me.cpu, SOFTIRQ)))
        may_begin = both(same(running, NO), no(either(self.irqs_off(me.cpu), Byte(self._header(me.cpu, BH_DEPTH)))))
        self.ops.append(Wait(either(same(running, Num(me.index + 1)), may_begin)))
        self.put(self._header(me.cpu, SOFTIRQ), Num(me.index + 1))
        self._count_up(PREEMPT_COUNT, only_if=same(running, NO))

    def end_round(self, step: int) -> None:
        """A softirq comes to a step where it rests: its CPU goes on."""
        me = self.ground.program.actors[self.actor]
        if me.cpu is not None and (step == me.end or step in me.rests):
            self.put(self._header(me.cpu, SOFTIRQ), NO)
            self._count_down(PREEMPT_COUNT)
            self._left_section()

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
