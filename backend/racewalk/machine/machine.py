"""The machine: initial state, who can move, and the step from state to state."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from typing import NamedTuple

from racewalk.lang.limits import SETUP_WORK
from racewalk.lang.types import LockType
from racewalk.machine.execution import Execution
from racewalk.machine.incident import Block, Blocked, Incident
from racewalk.machine.memory import Memory, Touch
from racewalk.machine.softirq import begin, ended, hindrance
from racewalk.model import Move, State
from racewalk.program.code import Choose, GracePeriod, Instr, WakeUp
from racewalk.program.program import ActorCode, Code, Probe, Program
from racewalk.record import record, value_record


@value_record
class Ran:
    """A step that went. `dead`: a fatal incident ended the path."""

    state: State
    incidents: tuple[Incident, ...]
    covers: tuple[str, ...]
    dead: bool
    trace: tuple[Touch, ...] = ()


class Executed(NamedTuple):
    """One instruction that ran, by its index, and the accesses that it made."""

    at: int
    touches: tuple[Touch, ...]


class Noted(Execution):
    """An execution that keeps what it executed."""

    def __init__(self, program: Program, memory: Memory, actor: int, choice: int | None = None) -> None:
        super().__init__(program, memory, actor, choice)
        self.executed: list[Executed] = []

    def _execute(self, instr: Instr, at: int) -> int:
        trace = self.memory.trace
        known = 0 if trace is None else len(trace)
        try:
            return super()._execute(instr, at)
        finally:
            self.executed.append(Executed(at, () if trace is None else tuple(trace[known:])))


class SetupFailed(Exception):
    """What runs before the race blocks or goes wrong: the scenario has no initial state.

    `where` is whose text it is, `instr` what went wrong there, `memory` as it was then.
    """

    def __init__(self, where: str, problem: Block | Incident, instr: Instr, actor: int, memory: Memory) -> None:
        super().__init__(where)
        self.where = where
        self.problem = problem
        self.instr = instr
        self.actor = actor
        self.memory = memory


@record
class _Begun:
    """How far the preparations for a run have come."""

    memory: Memory
    covers: list[str] = field(default_factory=list)
    work: int = 0


class Machine:
    """Executes a program. All methods are functions of their arguments."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.layout = program.layout
        self._nobody = program.layout.actors
        self._blank = bytes(program.layout.size)

    # -- the beginning --------------------------------------------------------------------------

    def initial(self) -> tuple[State, tuple[str, ...]]:
        """The state after all setup, and the covers met. Raises SetupFailed."""
        begun = _Begun(Memory(self.layout, self._blank))
        for code in self.program.setups:
            self._prepare(begun, code.instrs, self._nobody, "the setup")
        for actor in self.program.actors:
            if actor.setup is not None:
                self._prepare(begun, actor.setup.instrs, actor.index, f'the setup of "{actor.info.name}"')
        for actor in self.program.actors:
            where = f'what "{actor.info.name}" does before its first step'
            at = 0 if actor.instrs[0].visible else self._prepare(begun, actor.instrs, actor.index, where)
            self._arrive(begun.memory, actor, at)
            if actor.step_at[at] == actor.end and (left := self._left_behind(begun.memory, actor)):
                raise SetupFailed(where, left[0], left[0].instr, actor.index, begun.memory)
        return bytes(begun.memory.bytes), tuple(begun.covers)

    def _prepare(self, begun: _Begun, code: list[Instr], actor: int, where: str) -> int:
        execution = Execution(self.program, begun.memory, actor)
        execution.work = begun.work
        try:
            at = execution.run(code, 0, SETUP_WORK)
        except Blocked as blocked:
            raise SetupFailed(where, blocked.block, code[execution.at], actor, begun.memory) from None
        if execution.incidents:
            found = execution.incidents[0]
            raise SetupFailed(where, found, found.instr, actor, begun.memory)
        assert at is not None
        begun.work = execution.work
        begun.covers += execution.covers
        return at

    # -- moving ---------------------------------------------------------------------------------

    def finished(self, state: State, actor: int) -> bool:
        header = self.layout.header(actor)
        return (state[header] | state[header + 1] << 8) == self.program.actors[actor].end

    def pc(self, state: State, actor: int) -> int:
        """Index of the actor's next step; `end` when it has finished."""
        header = self.layout.header(actor)
        return state[header] | state[header + 1] << 8

    def choices(self, state: State, actor: int) -> int:
        """How many ways the actor's next step can go: 1 unless it chooses."""
        return self.choices_in(Memory(self.layout, state), actor)

    def choices_in(self, memory: Memory, actor: int) -> int:
        code = self.program.actors[actor]
        instr = code.instrs[code.steps[memory.pc(actor)].at]
        if isinstance(instr, Choose):
            return instr.count
        if isinstance(instr, GracePeriod):
            return max(1, len(self.ready_callbacks(memory)))
        if isinstance(instr, WakeUp):
            return max(1, len(self.wakeable(memory, actor)))
        return 1

    def ready_callbacks(self, memory: Memory) -> list[int]:
        """Addresses of the rcu_heads whose callback may run, in order of memory."""
        return [h.address for h in self.layout.rcu_heads if memory.byte(h.address) and not memory.mask(h.address + 1)]

    def wakeable(self, memory: Memory, actor: int) -> list[int]:
        """The actors of whom the actor's next step, a wake_up, wakes one."""
        code = self.program.actors[actor]
        execution = Execution(self.program, memory, actor)
        return execution.wakeable(code.instrs[code.steps[memory.pc(actor)].at])

    def step(self, state: State, move: Move, traced: bool = False) -> Ran | Block:
        """Do an actor's next step; the Block that says why not. The actor must not have finished."""
        return self.step_in(Memory(self.layout, state, traced), move)

    def step_in(self, memory: Memory, move: Move) -> Ran | Block:
        """The same on a working copy, which then holds the state after; after a Block it is worthless."""
        actor = self.program.actors[move.actor]
        hindered = hindrance(memory, actor)
        if hindered is not None:
            return hindered
        begin(memory, actor)
        execution = Execution(self.program, memory, move.actor, move.choice)
        try:
            at = execution.run(actor.instrs, actor.steps[memory.pc(move.actor)].at)
        except Blocked as blocked:
            return blocked.block
        incidents = execution.incidents
        if at is not None:
            self._arrive(memory, actor, at)
            if ended(memory, actor, actor.step_at[at]):
                execution.left_section()
            if actor.step_at[at] == actor.end:
                incidents += self._left_behind(memory, actor)
        return Ran(
            bytes(memory.bytes), tuple(incidents), tuple(execution.covers), at is None, tuple(memory.trace or ())
        )

    def followed(self, state: State, move: Move) -> tuple[list[Executed], int | None]:
        """The instructions that an actor's next step executes, and where it comes to; None when its path ends.

        Of a step that cannot go, what it tries.
        """
        memory, actor = Memory(self.layout, state, traced=True), self.program.actors[move.actor]
        begin(memory, actor)
        execution = Noted(self.program, memory, move.actor, move.choice)
        at: int | None = None
        with suppress(Blocked):
            at = execution.run(actor.instrs, actor.steps[memory.pc(move.actor)].at)
        return execution.executed, at

    def _arrive(self, memory: Memory, actor: ActorCode, at: int) -> None:
        """The actor stands at an instruction: set its pc, clear what is out of scope."""
        index = actor.step_at[at]
        memory.set_pc(actor.index, index)
        gaps = actor.steps[index].clear if index < actor.end else (actor.frame,)
        for start, end in gaps:
            memory.clear(start, end)

    def _left_behind(self, memory: Memory, actor: ActorCode) -> list[Incident]:
        """An actor that ends with a lock, in a wait queue or RCU section, or with interrupts or softirqs off.

        Bit locks may be handed over.
        """
        held = tuple(
            cell.address
            for cell in self.layout.locks
            if isinstance(cell.type, LockType)
            and cell.type.kind != "bit_lock"
            and memory.holds(actor.index, cell.address, cell.type)
        )
        queued = any(memory.has_bit(queue.address, actor.index) for queue in self.layout.queues)
        sections = (memory.rcu_depth(actor.index), memory.irqs_off(actor.index), memory.bh_depth(actor.index))
        if held or queued or any(sections):
            return [Incident("unbalanced", actor.instrs[-1], held=held)]
        return []

    def is_final_in(self, memory: Memory) -> bool:
        """Every CPU has finished, and every daemon has, or is at rest."""
        actors = self.program.actors
        if any(memory.pc(actor.index) != actor.end for actor in actors if not actor.info.daemon):
            return False
        return all(self._rests_in(memory, actor) for actor in actors if actor.info.daemon)

    def _rests_in(self, memory: Memory, actor: ActorCode) -> bool:
        """A daemon that has finished, waits, or stands where it may stay. RCU rests only when it cannot go."""
        at = memory.pc(actor.index)
        if at == actor.end or (at in actor.rests and actor.info.kind != "rcu"):
            return True
        return isinstance(self.step_in(memory.copy(), Move(actor.index)), Block)

    # -- looking --------------------------------------------------------------------------------

    def holds(self, state: State, probe: Probe) -> bool:
        """What a property's expression is in a state; trouble in it counts as false."""
        return self.holds_in(Memory(self.layout, state), probe)

    def holds_in(self, memory: Memory, probe: Probe) -> bool:
        execution = Execution(self.program, memory, self._nobody)
        try:
            at = execution.run(probe.code.instrs, 0)
        except Blocked:
            return False
        return at is not None and bool(execution.number(probe.value))

    def is_endless(self, state: State, probe: Probe) -> bool:
        """Computing the property takes more than a step may."""
        execution = Execution(self.program, Memory(self.layout, state), self._nobody)
        execution.run(probe.code.instrs, 0)
        return any(incident.kind == "endless-step" for incident in execution.incidents)

    def conclude(self, state: State, finals: list[Code]) -> tuple[Incident, ...]:
        """What the `finally` blocks find, executed one after another on a copy of the state."""
        return self.conclude_in(Memory(self.layout, state), finals)

    def conclude_in(self, memory: Memory, finals: list[Code]) -> tuple[Incident, ...]:
        incidents: list[Incident] = []
        for code in finals:
            execution = Execution(self.program, memory, self._nobody)
            try:
                execution.run(code.instrs, 0)
            except Blocked as blocked:
                incidents += execution.incidents
                incidents.append(Incident("deadlock", code.instrs[execution.at], block=blocked.block))
                break
            incidents += execution.incidents
        return tuple(incidents)
