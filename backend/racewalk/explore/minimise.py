"""A shorter schedule with the same finding: fewer steps, or fewer preemptions and switches.

A schedule that somebody made by hand has detours. They are taken out by changes that are tried one after the other, and
kept where the run that they give still ends with the finding and costs less:

    drop      a block of steps, or all that one actor does from some step on
    gather    the next steps of an actor are done where it was about to be left
    prolong   an actor that is about to be left goes on until it cannot, so that leaving it is no preemption
    short-cut a walk over few states finds a shorter way from one place of the run to a later one, or to the finding

A change is followed leniently: what has become impossible is left out. When nothing helps any more, a search of all
schedules within small bounds may prove that there is nothing shorter; else it is only known that none was found.
Everything is bounded and in a fixed order, so the same question has the same answer, unless the clock ends it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal, NamedTuple

from racewalk.amount import count, seconds
from racewalk.explore.bounds import Bounds, Cancelled, SearchCancelled
from racewalk.explore.ending import end_of
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.model import Finding, Model, Move, Outcome, State

By = Literal["steps", "switches"]
Schedule = tuple[Move, ...]

NEAR_STATES = 400  # that one short-cut looks at
PROLONGED = 500  # steps that an actor goes on for at most
PROOF = Bounds(states=50_000, seconds=2.0)


@dataclass(frozen=True, slots=True)
class Effort:
    """Where minimising ends."""

    steps: int = 100_000  # of the model: states of which all moves are looked at
    seconds: float = 5.0
    proof: Bounds | None = PROOF  # of the search that may prove the result; None: it is not tried


class Cost(NamedTuple):
    """What a schedule costs, as `racewalk.session.history` counts."""

    preemptions: int
    switches: int
    steps: int


@dataclass(frozen=True, slots=True)
class Minimised:
    """`schedule` ends with the finding; nothing in it comes after."""

    schedule: Schedule
    finding: Finding
    before: Cost  # of the given schedule, up to the finding
    after: Cost
    tried: int  # changed schedules
    bound: str | None  # what ended it early, in words: "5 seconds"
    minimum: bool  # a search proved that nothing costs less


class NotFailing(Exception):
    """The schedule has no such finding. The message is a sentence without a full stop."""


def minimise(
    model: Model,
    schedule: Sequence[Move],
    kind: str | None = None,
    by: By = "steps",
    effort: Effort = Effort(),
    cancelled: Cancelled = lambda: False,
) -> Minimised:
    """A schedule with the same kind of finding that costs no more. `kind` None: the first that is no warning.

    Raises NotFailing, NotEnabled where the schedule cannot be followed, and SearchCancelled.
    """
    return _Minimiser(model, by, effort, cancelled).run(tuple(schedule), kind)


class _EffortSpent(Exception):
    pass


class _Here(NamedTuple):
    """A state: what can be done, and what it says as the end of a run."""

    moves: dict[Move, Outcome]
    at_end: tuple[Finding, ...]


class _Run(NamedTuple):
    """A schedule that ends with the finding; `states` are those before each of its steps, and the last."""

    moves: Schedule
    states: tuple[State, ...]
    cost: Cost


class _Minimiser:
    def __init__(self, model: Model, by: By, effort: Effort, cancelled: Cancelled) -> None:
        self.model, self.by, self.effort, self.cancelled = model, by, effort, cancelled
        self.cpus = [not info.daemon for info in model.actors]
        self.known: dict[State, _Here] = {}
        self.kind = ""
        self.tried = 0
        self.until = monotonic() + effort.seconds
        self.bound: str | None = None

    def run(self, schedule: Schedule, kind: str | None) -> Minimised:
        finding, given = self._first(schedule, kind)
        self.kind = finding.kind
        best = self._follow(given)
        assert best is not None
        before = best.cost
        try:
            best = self._improve(best)
        except _EffortSpent as spent:
            best, self.bound = spent.args
        best, minimum = self._prove(best)
        finding = self._finding_of(best)
        return Minimised(best.moves, finding, before, best.cost, self.tried, self.bound, minimum)

    # -- the given schedule ------------------------------------------------------------------------

    def _first(self, schedule: Schedule, kind: str | None) -> tuple[Finding, Schedule]:
        """The finding that is asked for, and the schedule up to it."""
        model, state = self.model, self.model.initial()
        findings = (*model.initial_findings(state), *self._at(state).at_end)
        for number in range(len(schedule) + 1):
            for finding in findings:
                if finding.kind == kind if kind is not None else not finding.warning:
                    return finding, schedule[:number]
            if number == len(schedule):
                break
            if any(finding.fatal for finding in findings):
                raise NotFailing(f"the run ends after step {number} with another finding: {findings[0].message}")
            outcome = model.step(state, schedule[number])
            state = outcome.state
            findings = self._after(outcome)
        what = "no finding" if kind is None else f"no {kind}"
        raise NotFailing(f"the schedule has {what}, so there is nothing to keep")

    def _has(self, findings: Sequence[Finding], kind: str | None) -> bool:
        return any(finding.kind == kind if kind is not None else not finding.warning for finding in findings)

    def _finding_of(self, run: _Run) -> Finding:
        """The finding that a run ends with."""
        findings: tuple[Finding, ...]
        if run.moves:
            findings = self._after(self._at(run.states[-2]).moves[run.moves[-1]])
        else:
            findings = (*self.model.initial_findings(run.states[0]), *self._at(run.states[0]).at_end)
        return next(finding for finding in findings if finding.kind == self.kind)

    def _after(self, outcome: Outcome) -> tuple[Finding, ...]:
        """What a step reports, and what its state says as the end of a run."""
        return outcome.findings if outcome.fatal else (*outcome.findings, *self._at(outcome.state).at_end)

    # -- following ---------------------------------------------------------------------------------

    def _at(self, state: State) -> _Here:
        here = self.known.get(state)
        if here is None:
            expansion = self.model.expand(state)
            at_end, _ = end_of(self.model, state, expansion)
            over = any(finding.fatal for finding in at_end)
            here = self.known[state] = _Here({} if over else dict(expansion), at_end)
        return here

    def _follow(self, moves: Sequence[Move]) -> _Run | None:
        """The run up to the finding, leaving out what is impossible; None where the finding does not come."""
        state, last = self.model.initial(), None
        if self._has(self.model.initial_findings(state), self.kind) or self._has(self._at(state).at_end, self.kind):
            return _Run((), (state,), Cost(0, 0, 0))
        done: list[Move] = []
        states = [state]
        preemptions = switches = 0
        for move in moves:
            here = self._at(state).moves
            outcome = here.get(move)
            if outcome is None:
                continue
            if last is not None and last != move.actor:
                switches += 1
                both = self.cpus[last] and self.cpus[move.actor]
                preemptions += both and any(one.actor == last for one in here)
            state, last = outcome.state, move.actor
            done.append(move)
            states.append(state)
            if self._has(outcome.findings, self.kind):
                break
            if outcome.fatal:
                return None
            if self._has(self._at(state).at_end, self.kind):
                break
        else:
            return None
        return _Run(tuple(done), tuple(states), Cost(preemptions, switches, len(done)))

    def _price(self, run: _Run) -> tuple[int, ...]:
        cost = run.cost
        return (cost.steps, cost.preemptions, cost.switches) if self.by == "steps" else cost

    # -- changing ----------------------------------------------------------------------------------

    def _improve(self, best: _Run) -> _Run:
        """Try all changes until none helps. Raises _EffortSpent with the best so far."""
        while True:
            before = best
            for changes in (self._dropped, self._gathered, self._prolonged, self._shortened):
                best = self._descend(best, changes)
            if best is before:
                return best

    def _descend(self, best: _Run, changes: Callable[[_Run], Iterator[Schedule]]) -> _Run:
        """Take the first change that helps, and start again with what it gives, until none does."""
        again = True
        while again:
            again = False
            for changed in changes(best):
                self._look(best)
                self.tried += 1
                run = self._follow(changed)
                if run is not None and self._price(run) < self._price(best):
                    best, again = run, True
                    break
        return best

    def _dropped(self, best: _Run) -> Iterator[Schedule]:
        """Without a block, the largest first; without what one actor does from some step on."""
        moves = best.moves
        size = len(moves) // 2
        while size:
            for begin in range(0, len(moves), size):
                yield moves[:begin] + moves[begin + size :]
            size //= 2
        for actor in sorted({move.actor for move in moves}):
            for begin in (number for number, move in enumerate(moves) if move.actor == actor):
                yield moves[:begin] + tuple(move for move in moves[begin:] if move.actor != actor)

    def _gathered(self, best: _Run) -> Iterator[Schedule]:
        """At each switch: the next steps of the actor that is left at once, or its last ones later."""
        moves = best.moves
        for at in range(1, len(moves)):
            actor = moves[at - 1].actor
            if moves[at].actor == actor:
                continue
            begin = next((later for later in range(at, len(moves)) if moves[later].actor == actor), None)
            if begin is None:  # it is not needed again here: let others go first, or itself as late as can be
                first = at - 1
                while first and moves[first - 1].actor == actor:
                    first -= 1
                for end in range(at + 1, len(moves) + 1):
                    if end == len(moves) or moves[end].actor != moves[end - 1].actor:
                        yield moves[:first] + moves[at:end] + moves[first:at] + moves[end:]
                continue
            end = begin
            while end < len(moves) and moves[end].actor == actor:
                end += 1
            for stop in range(end, begin, -1):
                yield moves[:at] + moves[begin:stop] + moves[at:begin] + moves[stop:]
            first = at - 1
            while first and moves[first - 1].actor == actor:
                first -= 1
            for start in range(first, at):  # the last steps before the switch, put off until it goes on
                yield moves[:start] + moves[at:begin] + moves[start:at] + moves[begin:]

    def _prolonged(self, best: _Run) -> Iterator[Schedule]:
        """At each preemption: the actor that is left goes on until it is blocked or has finished."""
        if self.by == "steps":
            return
        for at in range(1, len(best.moves)):
            actor = best.moves[at - 1].actor
            if best.moves[at].actor == actor or not self.cpus[actor]:
                continue
            state = best.states[at]
            more: list[Move] = []
            while len(more) < PROLONGED:
                move = next((one for one in self._at(state).moves if one.actor == actor), None)
                if move is None or self._at(state).moves[move].fatal:
                    break
                more.append(move)
                state = self._at(state).moves[move].state
            if more:
                yield best.moves[:at] + tuple(more) + best.moves[at:]

    def _shortened(self, best: _Run) -> Iterator[Schedule]:
        """From each place, by a walk over the states near it, to a later place or to the finding."""
        place = {state: number for number, state in enumerate(best.states)}
        for begin, state in enumerate(best.states[:-1]):
            ways: dict[State, Schedule] = {state: ()}
            todo = deque([state])
            while todo and len(ways) < NEAR_STATES:
                self._look(best)
                source = todo.popleft()
                for move, outcome in self._at(source).moves.items():
                    way = (*ways[source], move)
                    if self._has(outcome.findings, self.kind):
                        yield best.moves[:begin] + way
                    if outcome.fatal or outcome.state in ways:
                        continue
                    ways[outcome.state] = way
                    todo.append(outcome.state)
                    later = place.get(outcome.state, -1)
                    if later > begin and way != best.moves[begin:later]:
                        yield best.moves[:begin] + way + best.moves[later:]
                    elif self._has(self._at(outcome.state).at_end, self.kind):
                        yield best.moves[:begin] + way

    def _look(self, best: _Run) -> None:
        if self.cancelled():
            raise SearchCancelled
        if len(self.known) >= self.effort.steps:
            raise _EffortSpent(best, count(self.effort.steps, "state"))
        if monotonic() >= self.until:
            raise _EffortSpent(best, seconds(self.effort.seconds))

    # -- proving -----------------------------------------------------------------------------------

    def _prove(self, best: _Run) -> tuple[_Run, bool]:
        """Ask a small search for the best of all: that is then the result, and proved."""
        if self.effort.proof is None:
            return best, False
        mode: Literal["shortest", "switches"] = "shortest" if self.by == "steps" else "switches"
        query = Query(mode, Goal("finding", self.kind), bounds=self.effort.proof)
        result = search(self.model, query, cancelled=self.cancelled)
        schedule = result.reached
        if schedule is None and self.by == "steps" and result.exhaustive:
            found = result.get(self.kind)
            schedule = None if found is None else found.schedule
        if schedule is None:
            return best, False
        proved = self._follow(schedule)
        if proved is None:
            return best, False
        return (proved if self._price(proved) < self._price(best) else best), True
