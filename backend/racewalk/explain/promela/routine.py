"""A whole step as a routine: its instructions in order, from the visible one to wherever the next step begins.

Reaching the next step sets the actor's program counter, and zeroes what is out of scope there.
"""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.instructions import Instructions
from racewalk.explain.promela.numbers import NO, Expr, Num, Temp, either, operate, plus, true
from racewalk.explain.promela.ops import Arrive, Die, Fork, Jump, Let, Mark, Note, Op, Routine
from racewalk.explain.promela.simplify import simplify
from racewalk.lang.limits import STEP_WORK
from racewalk.program.code import Branch, End, Instr
from racewalk.program.code import Jump as JumpInstr
from racewalk.program.layout import BH_DEPTH, PC, RCU_DEPTH, codec
from racewalk.program.program import ActorCode, Code, Probe, Step
from racewalk.program.reach import successors
from racewalk.program.values import Register

RESULT = Temp("result", 0, 1)
"""What a property is."""

WORK = Temp("work", 0, 2 * STEP_WORK)
"""Instructions done in this step, where it has loops."""


def step_routine(ground: Ground, actor: ActorCode, step: Step) -> Routine:
    return Routine(_Walk(ground, actor.instrs, actor.index, actor, step).run(step.at))


def code_routine(ground: Ground, code: Code) -> Routine:
    """Code that runs on its own, as nobody."""
    return Routine(_Walk(ground, code.instrs, ground.nobody, None, None).run(0))


def probe_routine(ground: Ground, probe: Probe) -> Routine:
    """It leaves in RESULT what the property is; trouble in it counts as false."""
    return Routine(_Walk(ground, probe.code.instrs, ground.nobody, None, None, probe).run(0))


class _Walk(Instructions):
    def __init__(
        self,
        ground: Ground,
        code: list[Instr],
        actor: int,
        place: ActorCode | None,
        step: Step | None,
        probe: Probe | None = None,
    ) -> None:
        super().__init__(ground, code)
        self.actor, self.place, self.step, self.probe = actor, place, step, probe

    def run(self, start: int) -> tuple[Op, ...]:
        order, joined = self._order(self._node(start) if self.place is None else start)
        self._written = {address for node in order if node >= 0 for address in _slots(self.code[node])}
        self._counted = self._has_loop(order) or sum(self.code[at].work for at in order if at >= 0) > STEP_WORK
        if self._counted:
            self.ops.append(Let(WORK, NO))
        if self.step is not None:
            self.begin()
        for node, following in zip(order, [*order[1:], None], strict=True):
            if node in joined:
                self.ops.append(Mark(node))
            if self._counted and (node in joined or node == order[0]):
                self._count(node, joined)
            if node < 0:
                self._arrive(~node)
            else:
                self._instruction(node, following)
        return simplify(self.ops, self.ground.is_private, frozenset({RESULT.name}))

    def _instruction(self, at: int, following: int | None) -> None:
        instr = self.code[at]
        match instr:
            case Branch(test=test):
                then, other = self._nexts(at)
                self.ops.append(Fork(true(self.number(test)), then, other))
                return
            case JumpInstr():
                pass
            case _:
                self.execute(instr)
        [onward] = self._nexts(at)
        if onward != following:
            self.ops.append(Jump(onward))

    # -- the way through the instructions -----------------------------------------------------------
    # A node is the index of an instruction; where a step ends in front of one, the complement of it.

    def _node(self, at: int) -> int:
        instr = self.code[at]
        return ~at if isinstance(instr, End) or (instr.visible and self.place is not None) else at

    def _nexts(self, at: int) -> list[int]:
        return [self._node(n) for n in successors(self.code, at)]

    def _order(self, start: int) -> tuple[list[int], set[int]]:
        """All nodes, each where it is entered by falling through if that can be; and those that are jumped to."""
        order: dict[int, None] = {}
        joined: set[int] = set()
        todo = [start]
        while todo:
            node = todo.pop()
            while node not in order:
                order[node] = None
                if node < 0:
                    break
                nexts = self._nexts(node)
                if len(nexts) > 1:
                    joined.update(nexts)
                    todo += reversed(nexts[1:])
                node = nexts[0]
            else:
                joined.add(node)
        return list(order), joined

    # -- loops --------------------------------------------------------------------------------------

    def _has_loop(self, order: list[int]) -> bool:
        done: dict[int, bool] = {}  # False: being looked at
        todo = [(order[0], False)]
        while todo:
            node, leaving = todo.pop()
            if leaving:
                done[node] = True
            elif node not in done:
                done[node] = False
                todo.append((node, True))
                nexts = self._nexts(node) if node >= 0 else []
                if any(done.get(n) is False for n in nexts):
                    return True
                todo += [(n, False) for n in nexts]
        return False

    def _count(self, node: int, joined: set[int]) -> None:
        """The work of a basic block, as it begins; it must not be too much before the block's last instruction."""
        work = last = 0
        while node >= 0:
            last = self.code[node].work
            work += last
            nexts = self._nexts(node)
            if len(nexts) > 1 or nexts[0] in joined:
                break
            node = nexts[0]
        if last or isinstance(self.code[~node], End):
            self.ops.append(Die("endless-step", operate(">", plus(WORK, work - last), Num(STEP_WORK))))
            self.ops.append(Let(WORK, plus(WORK, work)))

    # -- the end ------------------------------------------------------------------------------------

    def _arrive(self, at: int) -> None:
        if self.place is None:
            if self.probe is not None:
                self.ops.append(Let(RESULT, true(self.number(self.probe.value))))
            self.ops.append(Arrive(0))
            return
        actor = self.place
        index = actor.step_at[at]
        counter = self.header(actor.index, PC)
        self.put(counter, Num(index & 0xFF))
        if actor.end > 0xFF:
            self.put(plus(counter, 1), Num(index >> 8))
        clean = self._clean()
        for start, end in actor.steps[index].clear if index < actor.end else (actor.frame,):
            for address in range(start, end):
                if address not in clean:
                    self.put(Num(address), NO)
        self.end_round(index)
        if index == actor.end:
            self.ops.append(Note("unbalanced", self._left_behind()))
        self.ops.append(Arrive(index))

    def _clean(self) -> set[int]:
        """Bytes of the frame that were zero when the step began, and that nothing in it writes."""
        assert self.step is not None
        zero = {address for start, end in self.step.clear for address in range(start, end)}
        return zero - self._written

    def _left_behind(self) -> Expr:
        """The actor ends with a lock, in a wait queue or RCU section, or with interrupts or softirqs off."""
        held = [self.holds(self.actor, Num(at), t) for at, t, _ in self.ground.locks if t.kind != "bit_lock"]
        queued = [self.has_bit(Num(queue.address), self.actor) for queue in self.ground.program.layout.queues]
        return either(*held, *queued, self.own(RCU_DEPTH), self.irqs_off(self.actor), self.own(BH_DEPTH))

    def is_first(self, instr: Instr) -> bool:
        return self.step is not None and self.code[self.step.at] is instr


def _slots(instr: Instr) -> Iterator[int]:
    """Addresses of the registers that an instruction sets."""
    for name in ("target", "which", "head"):
        register = getattr(instr, name, None)
        if isinstance(register, Register) and register.slot is not None:
            yield from range(register.slot, register.slot + codec(register.type).size)
