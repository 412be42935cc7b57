"""One open scenario: a history, and what each verb does to it, as messages.

A walk knows nothing of sockets and does not wait for anything, so it may run in a thread. Verbs
that take many steps look at the clock and stop in time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic
from typing import TypeVar

from racewalk.amount import seconds
from racewalk.api.messages import Follow, Followed, Go, Moved, Open, Opened, Redo, ReplayNote, Run, Seek, Step, Undo
from racewalk.api.snapshot import NodeView, Problem
from racewalk.api.views import NodeViews, program_view
from racewalk.model import Move, NotEnabled
from racewalk.scenario.built import Built
from racewalk.scenario.changed import changed_words
from racewalk.scenario.standing import possible
from racewalk.scenario.way import Leg, NoSuchWay, go_along
from racewalk.session.history import History, HistoryFull, Node, UnknownNode
from racewalk.session.replay import Stop, record, replay
from racewalk.session.run_until import StepFact, run_until
from racewalk.session.schedule import Entry, ScheduleError, parse_schedule

T = TypeVar("T")
MAX_BRANCHES = 64


class VerbFailed(Exception):
    """A verb that did nothing, with the problem to tell."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message, hint=hint)


class OutOfTime(Exception):
    """A verb has used its time."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A run that could not be followed to its end here; it is still what the person wants to see."""

    run: Sequence[Entry]
    end: Node  # how far it went
    cursor: Node  # where the person was put instead,
    number: int | None  # and so many steps from the root would have been right


class Walk:
    def __init__(self, built: Built, max_nodes: int, verb_s: float) -> None:
        self.built = built
        self.history = History(built.model, max_nodes)
        self._views = NodeViews(built.model, self.history)
        self._max_nodes, self._verb_s = max_nodes, verb_s
        self._viewed = 0  # nodes that were made into messages
        self._news: list[NodeView] = []  # those of them that the page does not have yet
        self._facts: dict[tuple[int, int], StepFact] = {}
        self._cut: Cut | None = None
        self._cut_branches: list[Sequence[Entry]] = []

    # -- opening -----------------------------------------------------------------------------------

    def open(self, message: Open) -> Opened:
        """Replay what the page remembers: its schedule, then its branches, then its cursor."""
        texts = []
        for branch in message.branches:
            try:
                texts.append(parse_schedule(branch))
            except ScheduleError:
                continue
        try:
            stop = self._follow(parse_schedule(message.schedule), texts, message.cursor)
        except ScheduleError as error:
            self._follow((), texts, None)
            stop = Stop(self.history.root, "impossible", str(error))
        return self._opened(message.seq, stop)

    def in_variant(self, built: Built, seq: int) -> tuple[Walk, Opened]:
        """The same walk in another variant, as far as its runs go there.

        A run that this variant cut off is followed whole, as long as nobody has stepped on from where it stopped.
        """
        other = Walk(built, self._max_nodes, self._verb_s)
        history, cut = self.history, self._cut
        run: Sequence[Entry] = record(history, history.tip)
        number = history.cursor.number
        branches: list[Sequence[Entry]] = [record(history, leaf) for leaf in self._other_leaves()]
        if cut is not None and history.tip is cut.end:
            run = cut.run
            number = cut.number if cut.number is not None and history.cursor is cut.cursor else number
        elif cut is not None:
            branches.append(cut.run)
        stop = other._follow(run, [*branches, *self._cut_branches], number)
        return other, other._opened(seq, stop)

    def _follow(self, run: Sequence[Entry], branches: Iterable[Sequence[Entry]], number: int | None) -> Stop | None:
        """Follow a run and then other branches; the cursor ends on the run, `number` steps from the root."""
        history, deadline = self.history, self._deadline()
        room = self._max_nodes  # for what could not be followed
        stop = self._replayed(replay(history, run), deadline)
        if stop is not None and stop.cause == "changed":
            stop = replace(stop, message=changed_words(self.built.model, stop, run))
        end = history.cursor
        for branch in islice(branches, MAX_BRANCHES):
            if self._replayed(replay(history, branch), deadline) is not None and len(branch) <= room:
                room -= len(branch)
                self._cut_branches.append(branch)
        history.end_at(end)
        path = end.path()
        if number is not None and number < len(path):
            history.seek((path[number - 1] if number > 0 else history.root).id)
        if stop is not None:
            self._cut = Cut(run, end, history.cursor, number)
        return stop

    def _replayed(self, steps: Generator[Node, None, Stop | None], deadline: float) -> Stop | None:
        """Follow a run; also what keeps it from its end for another reason than the model."""
        try:
            stop = self._advance(steps, deadline)
        except HistoryFull as full:
            return Stop(self.history.cursor, "impossible", str(full))
        except OutOfTime:
            return Stop(self.history.cursor, "impossible", f"following it took more than {seconds(self._verb_s)}")
        if stop is None or stop.cause == "changed" or stop.actor is None or stop.node.fatal:
            return stop
        self._view()  # it knows since when a lock is held
        return replace(stop, message=self._views.why_not(stop.node, stop.actor) or stop.message)

    def _other_leaves(self) -> list[Node]:
        """The ends of all branches but the current one, the newest first."""
        tip = self.history.tip
        leaves = [leaf for leaf in self.history.leaves() if leaf is not tip and leaf is not self.history.root]
        return leaves[::-1][:MAX_BRANCHES]

    def _opened(self, seq: int, stop: Stop | None) -> Opened:
        history = self.history
        return Opened(
            seq=seq,
            program=program_view(self.built),
            world=dict(self._views.world(history.root)),
            nodes=self.take_news(),
            cursor=history.cursor.id,
            schedule=history.schedule(history.tip),
            branches=[history.schedule(leaf) for leaf in self._other_leaves()],
            replay=None if stop is None else self._note(stop),
        )

    def _note(self, stop: Stop) -> ReplayNote:
        could = possible(self.built.model, self.history, stop.node)
        return ReplayNote(at=stop.at, cause=stop.cause, message=stop.message, possible=list(could))

    # -- moving ------------------------------------------------------------------------------------

    def step(self, verb: Step) -> Moved:
        actor = self._actor(verb.actor)
        try:
            self.history.step(Move(actor, verb.choice))
        except NotEnabled as refusal:
            raise self._refused(actor, refusal) from None
        except HistoryFull as full:
            hint = "Going back and forth still works; to try more, open the scenario again."
            raise VerbFailed("full", str(full), hint) from None
        return self._moved(verb.seq)

    def run(self, verb: Run) -> Moved:
        actor, deadline = self._actor(verb.actor), self._deadline()
        try:
            stopped = self._advance(run_until(self.history, actor, verb.until, self._fact), deadline)
        except NotEnabled as refusal:
            raise self._refused(actor, refusal) from None
        except HistoryFull as full:
            stopped = str(full)
        except OutOfTime:
            stopped = f"after {seconds(self._verb_s)}, the limit of a run"
        return self._moved(verb.seq, stopped)

    def go(self, verb: Go) -> Moved:
        model, history = self.built.model, self.history
        legs = [Leg(leg.actor, leg.before, leg.after, tuple(leg.choices)) for leg in verb.legs]
        stopped = None
        try:
            self._advance(go_along(model, history, legs), self._deadline())
        except NoSuchWay as none:
            why = None if none.actor is None or history.cursor.fatal else self._why_not(none.actor)
            stopped = why or str(none)
        except HistoryFull as full:
            stopped = str(full)
        except OutOfTime:
            stopped = f"after {seconds(self._verb_s)}, the limit of a run"
        return self._moved(verb.seq, stopped)

    def undo(self, verb: Undo) -> Moved:
        self.history.undo()
        return self._moved(verb.seq)

    def redo(self, verb: Redo) -> Moved:
        self.history.redo()
        return self._moved(verb.seq)

    def seek(self, verb: Seek) -> Moved:
        try:
            self.history.seek(verb.node)
        except UnknownNode as unknown:
            raise VerbFailed("not-found", str(unknown)) from None
        return self._moved(verb.seq)

    def follow(self, verb: Follow) -> Followed:
        """The branch is made; where the session stands, and where redo leads, stays."""
        try:
            run = parse_schedule(verb.schedule)
        except ScheduleError as error:
            raise VerbFailed("bad-request", str(error)) from None
        history, cursor, tip = self.history, self.history.cursor, self.history.tip
        stop = self._replayed(replay(history, run), self._deadline())
        end = history.cursor
        history.end_at(tip)
        history.seek(cursor.id)
        return Followed(
            seq=verb.seq,
            nodes=self.take_news(),
            tip=end.id,
            schedule=history.schedule(end),
            replay=None if stop is None else self._note(stop),
        )

    def _moved(self, seq: int, stopped: str | None = None) -> Moved:
        history = self.history
        tip = history.tip
        return Moved(
            seq=seq,
            nodes=self.take_news(),
            cursor=history.cursor.id,
            tip=tip.id,
            schedule=history.schedule(tip),
            stopped=stopped,
        )

    def _view(self) -> None:
        """Make messages of the new nodes."""
        for node in islice(self.history.nodes, self._viewed, None):
            self._news.append(self._views.view(node))
            self._viewed += 1

    def take_news(self) -> list[NodeView]:
        """The nodes that the page does not have yet."""
        self._view()
        news, self._news = self._news, []
        return news

    @property
    def labels(self) -> frozenset[str]:
        """What the variant's steps are called."""
        return frozenset(step.label for actor in self.built.model.program.actors for step in actor.steps)

    # -- searching ---------------------------------------------------------------------------------

    def grow(self, node: Node, moves: Iterable[Move]) -> Node | None:
        """The node that moves lead to; None where the tree has no room for it. The cursor stays."""
        try:
            for move in moves:
                node = self.history.grow(node, move)
        except HistoryFull:
            return None
        return node

    # -- inside ------------------------------------------------------------------------------------

    def _actor(self, letter: str) -> int:
        for index, info in enumerate(self.built.model.actors):
            if info.letter == letter:
                return index
        raise VerbFailed("bad-request", "the scenario has no such actor")

    def _refused(self, actor: int, refusal: NotEnabled) -> VerbFailed:
        why = None if self.history.cursor.fatal else self._why_not(actor)
        return VerbFailed("not-enabled", why or refusal.reason)

    def _why_not(self, actor: int) -> str | None:
        return self._views.why_not(self.history.cursor, actor)

    def _fact(self, actor: int, position: int) -> StepFact:
        known = self._facts.get((actor, position))
        if known is None:
            step = self.built.model.program.actors[actor].steps[position]
            functions = [*(call.function for call in step.stack), step.function]
            called_at = [None, *((call.span.file.path, call.span.start) for call in step.stack)]
            frames = tuple(zip(functions, called_at, strict=True))
            known = StepFact(step.kind, frames, (step.span.file.path, step.span.begin.line))
            self._facts[actor, position] = known
        return known

    def _deadline(self) -> float:
        return monotonic() + self._verb_s

    def _advance(self, steps: Generator[Node, None, T], deadline: float) -> T:
        """Run a generator of steps to its end. Raises OutOfTime."""
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            self._view()  # costs more than the step, so it belongs into the same time
            if monotonic() > deadline:
                raise OutOfTime
