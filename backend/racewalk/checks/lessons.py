"""What a search learns of a program: a step, tried once, with all that it looked at and all that it did.

The machine is the same as everywhere; it only works on a memory that is watched. A property that a step cannot have
changed is not looked at after it.
"""

from __future__ import annotations

from functools import cached_property

from racewalk.machine.incident import Incident
from racewalk.machine.machine import Machine, Ran
from racewalk.machine.slots import Slots
from racewalk.machine.watch import Watch, WatchedMemory
from racewalk.model import Branch, Ending, Lesson, Move, Report, State
from racewalk.program.code import Branch as Fork
from racewalk.program.code import Check, End, Enter, Jump, Load, Set
from racewalk.program.layout import size_of
from racewalk.program.program import Probe

PLAIN = (Set, Fork, Jump, Enter, End)
"""Instructions that look at no memory."""


class Lessons:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._program = machine.program
        self._layout = machine.program.layout
        self.slots = Slots(machine.program)
        probes = self._program.probes
        self._invariants = [p for p in probes if p.kind in ("always", "never")]
        self._sometimes = [p for p in probes if p.kind == "sometimes"]
        self._zeroes: dict[tuple[int, int], frozenset[int]] = {}  # by actor and pc
        self._finals = [p for p in probes if p.kind == "finally"]

    def step(self, state: State, actor: int) -> Lesson:
        """The next step of an unfinished actor, each way that it can go."""
        watch = Watch(self.slots)
        branches = []
        for move in self._moves(watch.memory(self._layout, state), actor):
            memory = watch.memory(self._layout, state)
            ran = self._machine.step_in(memory, move)
            if isinstance(ran, Ran):
                branches.append(self._branch(state, move, memory, ran, watch))
        return Lesson(tuple(watch.reads), tuple(branches))

    def end(self, state: State) -> Ending:
        """A state in which every CPU has finished."""
        watch = Watch(self.slots)
        memory = watch.memory(self._layout, state)
        if not self._machine.is_final_in(memory):
            return Ending(tuple(watch.reads), False, ())
        reports = [Report(p.finding, False, False) for p in self._finals if not self._machine.holds_in(memory, p)]
        for incident in self._machine.conclude_in(memory, self._program.finals):
            reports.append(report_of(incident)._replace(fatal=False))  # they ran on a copy, so nothing ends here
        return Ending(tuple(watch.reads), True, tuple(dict.fromkeys(reports)))

    # -- a step ---------------------------------------------------------------------------------

    def _moves(self, memory: WatchedMemory, actor: int) -> list[Move]:
        count = self._machine.choices_in(memory, actor)
        return [Move(actor)] if count == 1 else [Move(actor, k) for k in range(count)]

    def _branch(self, state: State, move: Move, memory: WatchedMemory, ran: Ran, watch: Watch) -> Branch:
        reports = [report_of(incident) for incident in ran.incidents]
        covers = list(ran.covers)
        before = watch.memory(self._layout, state)
        for probe in self._invariants:
            if self._may_change(probe, memory):
                good = probe.kind == "always"
                if self._machine.holds_in(memory, probe) != good and self._machine.holds_in(before, probe) == good:
                    reports.append(Report(probe.finding, False, False))
        for probe in self._sometimes:
            if self._may_change(probe, memory) and self._machine.holds_in(memory, probe):
                covers.append(probe.text)
        content, zero = self.slots.content, self._zero(state, move.actor)
        written = [(slot, content(ran.state, slot)) for slot in memory.written]
        writes = tuple((slot, held) for slot, held in written if held or slot not in zero)
        return Branch(move.choice, writes, tuple(dict.fromkeys(reports)), tuple(dict.fromkeys(covers)))

    def _zero(self, state: State, actor: int) -> frozenset[int]:
        """The slots of an actor's frame that are zero in every state where it stands at this step.

        A step clears what is out of scope after it: most of that was so before, and zeroes over zeroes are no writes.
        """
        pc = self._machine.pc(state, actor)
        known = self._zeroes.get((actor, pc))
        if known is None:
            gaps = self._program.actors[actor].steps[pc].clear
            known = frozenset(slot for start, end in gaps for slot in self.slots.in_range(start, end))
            self._zeroes[actor, pc] = known
        return known

    # -- properties -----------------------------------------------------------------------------

    def _may_change(self, probe: Probe, memory: WatchedMemory) -> bool:
        looked_at = self._looked_at[id(probe)]
        return looked_at is None or not looked_at.isdisjoint(memory.written)

    @cached_property
    def _looked_at(self) -> dict[int, frozenset[int] | None]:
        """Of each property the slots that it may look at; None where that depends on pointers."""
        return {id(probe): self._slots_of(probe) for probe in (*self._invariants, *self._sometimes)}

    def _slots_of(self, probe: Probe) -> frozenset[int] | None:
        found: set[int] = set()
        for instr in probe.code.instrs:
            if isinstance(instr, Load):
                place = instr.place
                if not isinstance(place.base, int):
                    return None
                owner = self._layout.owner_of.get(place.base)
                if owner is None or owner.life is not None:
                    return None
                starts = [place.base + place.offset]
                for index in place.indexes:
                    starts = [start + k * index.stride for start in starts for k in range(index.length)]
                for start in starts:
                    found.update(self.slots.in_range(start, start + size_of(place.type)))
            elif not isinstance(instr, PLAIN):
                return None
        return frozenset(found)


def report_of(incident: Incident) -> Report:
    """An incident without words, as `wording.finding_of` would judge it."""
    if incident.kind == "check" and isinstance(incident.instr, Check):
        return Report(incident.instr.kind, incident.instr.fatal, incident.instr.warning)
    return Report(incident.kind, incident.fatal, False)
