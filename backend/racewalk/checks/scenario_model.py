"""A program as the `Model` that sessions and explorers walk: the machine, judged by the checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from racewalk.checks.deadlock import deadlock
from racewalk.checks.events import accesses_of, event_of
from racewalk.checks.lessons import Lessons
from racewalk.checks.lock_chains import LockChains
from racewalk.checks.races import Races
from racewalk.checks.wording import finding_of
from racewalk.machine.describe import Describer
from racewalk.machine.incident import Block, Incident
from racewalk.machine.machine import Machine, Ran
from racewalk.machine.memory import Memory
from racewalk.model import (
    Access,
    ActorInfo,
    Ending,
    Event,
    Finding,
    Lesson,
    Move,
    NotEnabled,
    Option,
    Outcome,
    Slot,
    State,
    Taking,
    World,
)
from racewalk.program.fingerprint import fingerprint
from racewalk.program.layout import SNAPSHOT, MemoryObject, size_of
from racewalk.program.program import Probe, Program
from racewalk.program.reach import comes_to_end, has_loop


class ScenarioModel:
    """One variant of one scenario as a transition system, a `PackedModel`. All methods are pure.

    Raises SetupFailed when the scenario has no initial state; `build_model` makes that a diagnostic.
    """

    memory_model = "sequentially consistent"

    def __init__(self, program: Program) -> None:
        self.program = program
        self.machine = Machine(program)
        self.describer = Describer(self.machine)
        self._actors = [replace(a.info, endless=not comes_to_end(a.instrs)) for a in program.actors]
        self._invariants = [p for p in program.probes if p.kind in ("always", "never")]
        self._sometimes = [p for p in program.probes if p.kind == "sometimes"]
        self._finals = [p for p in program.probes if p.kind == "finally"]
        self._initial, self._initial_covers = self.machine.initial()

    @property
    def actors(self) -> Sequence[ActorInfo]:
        return self._actors

    @cached_property
    def model_hash(self) -> str:
        return fingerprint(self.program)

    @property
    def covers(self) -> tuple[str, ...]:
        """Every cover and `sometimes` property of the text."""
        return self.program.covers

    @property
    def initial_covers(self) -> tuple[str, ...]:
        """The covers that hold before anybody has moved."""
        return self._initial_covers + self._seen(self._initial)

    def objects(self) -> list[MemoryObject]:
        return self.program.layout.objects

    # -- walking --------------------------------------------------------------------------------

    def initial(self) -> State:
        return self._initial

    def moves(self, state: State) -> Sequence[Option]:
        found = []
        memory = Memory(self.program.layout, state)
        for actor in self.program.actors:
            label = self.label(state, actor.index)
            if label is None:
                continue
            for move in self._moves_of(state, actor.index):
                ran = self.machine.step(state, move)
                blocked = self.describer.reason(ran, memory) if isinstance(ran, Block) else None
                found.append(Option(move, label, blocked))
        return found

    def _moves_of(self, state: State, actor: int) -> list[Move]:
        count = self.machine.choices(state, actor)
        return [Move(actor)] if count == 1 else [Move(actor, k) for k in range(count)]

    def step(self, state: State, move: Move) -> Outcome:
        ran = self._run(state, move)
        return self._outcome(state, move, ran)

    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        found = []
        for actor in self.program.actors:
            if self.machine.finished(state, actor.index):
                continue
            for move in self._moves_of(state, actor.index):
                ran = self.machine.step(state, move)
                if isinstance(ran, Ran):
                    found.append((move, self._outcome(state, move, ran)))
        return found

    def finished(self, state: State, actor: int) -> bool:
        return self.machine.finished(state, actor)

    def position(self, state: State, actor: int) -> int | None:
        return None if self.machine.finished(state, actor) else self.machine.pc(state, actor)

    def label(self, state: State, actor: int) -> str | None:
        position = self.position(state, actor)
        return None if position is None else self.program.actors[actor].steps[position].label

    def observe(self, state: State, move: Move) -> Event:
        ran = self._run(state, move, traced=True)
        actor = self.program.actors[move.actor]
        step = actor.steps[self.machine.pc(state, move.actor)]
        return event_of(step, actor.instrs[step.at], state, ran, self.describer)

    def touches(self, state: State, actor: int) -> tuple[Access, ...]:
        """What the actor's next step would touch, whichever way it goes; nothing where it cannot go."""
        if self.machine.finished(state, actor):
            return ()
        code = self.program.actors[actor]
        head = code.instrs[code.steps[self.machine.pc(state, actor)].at]
        found: dict[Access, None] = {}
        for move in self._moves_of(state, actor):
            ran = self.machine.step(state, move, traced=True)
            if isinstance(ran, Ran):
                found.update(dict.fromkeys(accesses_of(head, ran, self.program.layout)))
        return tuple(found)

    def describe(self, state: State) -> World:
        return self.describer.world(state)

    def _run(self, state: State, move: Move, traced: bool = False) -> Ran:
        """The step; NotEnabled with the reason where it cannot go."""
        if not 0 <= move.actor < len(self.program.actors):
            raise NotEnabled(move, "there is no such actor")
        title = self.describer.title(move.actor)
        if self.machine.finished(state, move.actor):
            raise NotEnabled(move, f"{title} has finished")
        count = self.machine.choices(state, move.actor)
        if move.choice is None and count > 1:
            raise NotEnabled(move, f"{title} must choose one of {count}")
        if move.choice is not None and not 0 <= move.choice < count:
            raise NotEnabled(move, f"{title} has no choice {move.choice} here")
        ran = self.machine.step(state, move, traced)
        if isinstance(ran, Block):
            reason = self.describer.reason(ran, Memory(self.program.layout, state))
            raise NotEnabled(move, f"{title} {reason}")
        return ran

    # -- learning -------------------------------------------------------------------------------

    @cached_property
    def _lessons(self) -> Lessons:
        return Lessons(self.machine)

    @property
    def slots(self) -> Sequence[Slot]:
        return self._lessons.slots.all

    @property
    def pc_slots(self) -> Sequence[int]:
        return self._lessons.slots.pcs

    @property
    def end_positions(self) -> Sequence[int]:
        return [actor.end for actor in self.program.actors]

    def content(self, state: State, slot: int) -> int:
        return self._lessons.slots.content(state, slot)

    def with_contents(self, contents: Sequence[tuple[int, int]]) -> State:
        return self._lessons.slots.changed(self._initial, contents)

    def learn(self, state: State, actor: int) -> Lesson:
        return self._lessons.step(state, actor)

    def learn_end(self, state: State) -> Ending:
        return self._lessons.end(state)

    def acyclic(self) -> bool:
        return not any(has_loop(actor.instrs) for actor in self.program.actors if not actor.info.daemon)

    # -- facts of a state -----------------------------------------------------------------------

    @cached_property
    def _lock_chains(self) -> LockChains:
        return LockChains(self.machine, self.describer)

    @property
    def lock_slots(self) -> Sequence[int]:
        """The slots that tell who holds what."""
        places = [(lock.address, lock.address + size_of(lock.type)) for lock in self.program.layout.locks]
        return [slot for start, end in places for slot in self._lessons.slots.in_range(start, end)]

    def holding_slots(self, actor: int) -> Sequence[int]:
        """The slots that tell where an actor stands, what it holds, and which sections it is in."""
        header = self.program.layout.header(actor)
        return [*self._lessons.slots.in_range(header, header + SNAPSHOT), *self.lock_slots]

    def may_take(self, actor: int, position: int) -> bool:
        """The step there may take a lock and wait for it."""
        return self._lock_chains.may_take(actor, position)

    def takings(self, state: State, actor: int) -> tuple[Taking, ...]:
        """What the actor's next step takes inside of what, by class; nothing where it cannot go."""
        return self._lock_chains.takings(state, actor)

    @cached_property
    def _races(self) -> Races:
        return Races(self.machine, self.describer)

    def may_race(self, actor: int, position: int, other: int, place: int) -> bool:
        """A quick look: False where actors that stand there never race."""
        return self._races.may_race(actor, position, other, place)

    def races(self, state: State, actor: int, other: int) -> tuple[Finding, ...]:
        """The data races of two actors in a state: warnings."""
        return self._races.between(state, actor, other)

    # -- judging --------------------------------------------------------------------------------

    def _outcome(self, before: State, move: Move, ran: Ran) -> Outcome:
        if not ran.incidents and not self._invariants and not self._sometimes:
            return Outcome(ran.state, (), ran.covers)
        label = self.label(before, move.actor)
        findings = self._findings(ran.incidents, move.actor, label, ran.state)
        findings += self._violated(ran.state, move.actor, label, before)
        covers = ran.covers
        if self._sometimes:
            covers += self._seen(ran.state)
        return Outcome(ran.state, tuple(findings), covers)

    def _findings(
        self, incidents: tuple[Incident, ...], actor: int | None, label: str | None, state: State
    ) -> list[Finding]:
        memory = Memory(self.program.layout, state)
        found = [finding_of(i, actor, label, self.describer, memory) for i in incidents]
        return list(dict.fromkeys(found))

    def _violated(self, state: State, actor: int | None, label: str | None, before: State | None) -> list[Finding]:
        """Invariants that this step broke; one that was broken before is not reported again."""
        found = []
        for probe in self._invariants:
            good = probe.kind == "always"
            if self.machine.holds(state, probe) != good and (
                before is None or self.machine.holds(before, probe) == good
            ):
                found.append(Finding(probe.finding, _broken(probe), False, False, actor, label))
        return found

    def _seen(self, state: State) -> tuple[str, ...]:
        return tuple(p.text for p in self._sometimes if self.machine.holds(state, p))

    def initial_findings(self, state: State) -> tuple[Finding, ...]:
        return tuple(self._violated(state, None, None, None))

    def is_final(self, state: State) -> bool:
        return self.machine.is_final_in(Memory(self.program.layout, state))

    def final_findings(self, state: State) -> tuple[Finding, ...]:
        if not self.is_final(state):
            return ()
        found = [Finding(p.finding, _broken(p)) for p in self._finals if not self.machine.holds(state, p)]
        incidents = self.machine.conclude(state, self.program.finals)
        # They ran on a copy, so nothing ends here.
        return tuple(found + [replace(f, fatal=False) for f in self._findings(incidents, None, None, state)])

    def stuck_findings(self, state: State) -> tuple[Finding, ...]:
        found = deadlock(self.machine, self.describer, state)
        return () if found is None else (found,)


def _broken(probe: Probe) -> str:
    """What a property says when it does not hold."""
    return f"{'it happened' if probe.kind == 'never' else 'violated'}: {probe.text}"
