"""The window of a finding: where in a schedule an actor must be left, and what must fit in before it goes on.

    A A A | B B B B | A A          the actor A is left after its third step, the opening is there
    |------window-----|

An *opening* is a switch away from a CPU or a softirq that could have gone on: a preemption, an interruption by a
softirq, or that somebody else was faster. To find out how wide the window is, the place of the opening is varied: A is
left after fewer or more of its steps, and the others do just what they did. What must fit in is found out likewise: A
goes on sooner, and the others do their first steps before the step of A that opens the window. Afterwards everybody
goes on to the end, A first. So "fails" means that one schedule was found that has the finding, and "does not" that this
one has not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from racewalk.explore.bounds import Count
from racewalk.explore.ending import end_of
from racewalk.model import Finding, Model, Move, NotEnabled, State

GOES_ON = 64  # steps of the actor that is left beyond those of the schedule, where it does not go on in it
MOST_STEPS = 5_000  # of one replay

Schedule = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Leaving the actor after so many of the steps that the schedule has of it around the opening.

    `position`: where it then stands (None: it has finished); `after`: where its step before that was.
    """

    steps: int
    after: int | None
    position: int | None
    fails: bool
    reason: str | None = None  # why the others cannot do the same then, a sentence without a full stop


class Fit(NamedTuple):
    """Moves of the schedule, first .. last, that must come while the window is open."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The moves `begin` .. `at` - 1 and `until` .. `end` - 1 are of the actor that is left, those between of others."""

    actor: int
    begin: int
    at: int
    until: int
    end: int
    preemption: bool
    places: tuple[Place, ...] = ()
    first: int = 0  # of the places around that of the schedule that fail, the first and the last: `Place.steps`
    last: int = 0
    fit: Fit | None = None

    @property
    def steps(self) -> int:
        """Of the actor before it is left, from `begin` on."""
        return self.at - self.begin


def openings(
    model: Model, moves: Sequence[Move], kind: str | None, looked: Count = lambda done, of: None
) -> tuple[Opening, ...]:
    """The openings of a schedule that ends with the finding, each with its window; `looked` hears of its moves."""
    found = []
    state = model.initial()
    for at, move in enumerate(moves):
        before = moves[at - 1].actor if at else move.actor
        if before != move.actor and model.actors[before].kind in ("cpu", "softirq"):
            if any(one.move.actor == before and one.blocked is None for one in model.moves(state)):
                found.append(_Window(model, tuple(moves), kind, at).measure())
        state = model.step(state, move).state
        looked(at + 1, len(moves))
    return tuple(found)


class _Window:
    def __init__(self, model: Model, moves: Schedule, kind: str | None, at: int) -> None:
        self.model, self.kind = model, kind
        actor = moves[at - 1].actor
        begin, until = at - 1, at
        while begin and moves[begin - 1].actor == actor:
            begin -= 1
        while until < len(moves) and moves[until].actor != actor:
            until += 1
        end = until
        while end < len(moves) and moves[end].actor == actor:
            end += 1
        preemption = not model.actors[actor].daemon and not model.actors[moves[at].actor].daemon
        self.opening = Opening(actor, begin, at, until, end, preemption)
        self.lead, self.others, self.rest = moves[:begin], moves[at:until], moves[end:]
        self.own = moves[begin:at] + moves[until:end]

    def measure(self) -> Opening:
        one = self.opening
        goes_on = one.until < one.end
        most = len(self.own) if goes_on else len(self.own) + GOES_ON
        places = []
        for steps in range(most + 1):
            place = self._place(steps)
            if place is None:
                break
            places.append(place)
        first = last = one.steps
        while first and places[first - 1].fails:
            first -= 1
        while last + 1 < len(places) and places[last + 1].fails:
            last += 1
        return Opening(
            one.actor,
            one.begin,
            one.at,
            one.until,
            one.end,
            one.preemption,
            tuple(places),
            first,
            last,
            self._fit(first),
        )

    def _fit(self, first: int) -> Fit | None:
        """Not all that the others do must be done before the actor goes on, nor only after the window has opened.

        First it is tried how soon the actor may go on, then how many of the others' steps may come before the step that
        opens the window.
        """
        if not first:
            return None
        own, others = self._own(first), self.others
        late = len(others)
        while late > 1 and self._does_fail(own, others[: late - 1], others[late - 1 :], first):
            late -= 1
        early = 0
        while early + 1 < late:
            before = (*own[: first - 1], *others[: early + 1], own[first - 1])
            if not self._does_fail(before, others[early + 1 : late], others[late:], first):
                break
            early += 1
        return Fit(self.opening.at + early, self.opening.at + late - 1)

    def _does_fail(self, before: Schedule, inside: Schedule, after: Schedule, first: int) -> bool:
        own = self.own[first:]
        if self.opening.until == self.opening.end:  # it does not go on in the schedule; here it goes as far as it can
            own += (Move(self.opening.actor),) * GOES_ON
        try:
            return self._fails((*self.lead, *before, *inside), (*own, *after, *self.rest))
        except NotEnabled:
            return False

    def _place(self, steps: int) -> Place | None:
        """None: the actor cannot go so far."""
        state, after = self.model.initial(), None
        moves = (*self.lead, *self._own(steps))
        for move in moves:
            after = self.model.position(state, move.actor)
            try:
                outcome = self.model.step(state, move)
            except NotEnabled:
                return None
            if outcome.fatal:
                return None
            state = outcome.state
        position = self.model.position(state, self.opening.actor)
        after = after if steps else None
        try:
            fails = self._fails((*moves, *self.others), self._later(steps))
        except NotEnabled as refused:
            return Place(steps, after, position, False, refused.reason)
        return Place(steps, after, position, fails)

    def _own(self, steps: int) -> Schedule:
        """So many steps of the actor; beyond the schedule's they have no choices."""
        return self.own[:steps] + (Move(self.opening.actor),) * (steps - len(self.own))

    def _later(self, steps: int) -> Schedule:
        return (*self.own[steps:], *self.rest)

    def _fails(self, moves: Sequence[Move], later: Sequence[Move]) -> bool:
        """The moves, then those of `later` that are possible, then everybody to the end: the finding comes.

        Raises NotEnabled where one of `moves` is impossible.
        """
        state = self.model.initial()
        for move in moves:
            outcome = self.model.step(state, move)
            if self._has(outcome.findings):
                return True
            if outcome.fatal:
                return False
            state = outcome.state
        return self._goes_on(state, later)

    def _goes_on(self, state: State, later: Sequence[Move]) -> bool:
        todo = list(later)
        for _ in range(MOST_STEPS):
            expansion = self.model.expand(state)
            at_end, is_end = end_of(self.model, state, expansion)
            if self._has(at_end):
                return True
            possible = dict(expansion)
            if (is_end and not any(move in possible for move in todo)) or not possible:
                return False
            move = self._next(todo, possible)
            outcome = possible[move]
            if self._has(outcome.findings):
                return True
            if outcome.fatal:
                return False
            state = outcome.state
        return False

    def _next(self, todo: list[Move], possible: Mapping[Move, object]) -> Move:
        """The next move of the schedule that is possible; then the actor that was left, then others by number."""
        while todo:
            move = todo.pop(0)
            if move in possible:
                return move
        daemons = [info.daemon for info in self.model.actors]
        return min(possible, key=lambda move: (move.actor != self.opening.actor, daemons[move.actor], move))

    def _has(self, findings: Sequence[Finding]) -> bool:
        return any(one.kind == self.kind if self.kind is not None else not one.warning for one in findings)
