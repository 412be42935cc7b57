"""One open scenario: a history, and what each verb does to it, as messages.

A walk knows nothing of sockets and does not wait for anything, so it may run in a thread. Verbs
that take many steps look at the clock and stop in time.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice
from time import monotonic
from typing import TypeVar

from racewalk.api.messages import (
    Moved,
    NodeView,
    Open,
    Opened,
    Problem,
    Redo,
    ReplayNote,
    Run,
    SearchDone,
    Seek,
    Step,
    Undo,
    Verdict,
)
from racewalk.api.views import NodeViews, program_view
from racewalk.explain.verdict import memory, statement
from racewalk.explore.verdict import SearchResult
from racewalk.model import Move, NotEnabled
from racewalk.scenario.built import Built
from racewalk.session.history import History, HistoryFull, Node, UnknownNode, schedule_of
from racewalk.session.replay import Recorded, Stop, follow, record, replay
from racewalk.session.run_until import StepFact, run_until
from racewalk.session.schedule import ScheduleError, parse_schedule

T = TypeVar("T")
MAX_BRANCHES = 64
MAX_TEXTS = 32  # kinds of findings whose schedules are told


class VerbFailed(Exception):
    """A verb that did nothing, with the problem to tell."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message, hint=hint)


class OutOfTime(Exception):
    """A verb has used its time."""


class Walk:
    def __init__(self, built: Built, max_nodes: int, verb_s: float) -> None:
        self.built = built
        self.history = History(built.model, max_nodes)
        self._views = NodeViews(built.model, self.history)
        self._max_nodes, self._verb_s = max_nodes, verb_s
        self._viewed = 0  # nodes that were made into messages
        self._news: list[NodeView] = []  # those of them that the page does not have yet
        self._facts: dict[tuple[int, int], StepFact] = {}

    # -- opening -----------------------------------------------------------------------------------

    def open(self, message: Open) -> Opened:
        """Replay what the page remembers: its branches, then its schedule, then its cursor."""
        deadline = self._deadline()
        stop: Stop | None
        for branch in message.branches:
            try:
                self._advance(replay(self.history, parse_schedule(branch)), deadline)
            except (ScheduleError, HistoryFull, OutOfTime):
                continue  # what is left of a branch is still worth having
        try:
            stop = self._replayed(replay(self.history, parse_schedule(message.schedule)), deadline)
        except ScheduleError as error:
            self.history.seek(self.history.root.id)
            stop = Stop(1, "impossible", str(error), ())
        self._to_number(message.cursor)
        return self._opened(message.seq, stop)

    def in_variant(self, built: Built, seq: int) -> tuple[Walk, Opened]:
        """The same walk in another variant, as far as its runs go there."""
        other = Walk(built, self._max_nodes, self._verb_s)
        deadline, tip = self._deadline(), self.history.tip
        leaves = [leaf for leaf in self.history.leaves() if leaf is not tip]
        for leaf in islice(reversed(leaves), MAX_BRANCHES):
            try:
                other._advance(follow(other.history, record(self.history, leaf)), deadline)
            except (HistoryFull, OutOfTime):
                break
        run: list[Recorded] = record(self.history, tip)
        stop = other._replayed(follow(other.history, run), deadline)
        other._to_number(self.history.cursor.number)
        return other, other._opened(seq, stop)

    def _replayed(self, steps: Generator[Node, None, Stop | None], deadline: float) -> Stop | None:
        """Follow a run; also what keeps it from its end for another reason than the model."""
        try:
            return self._advance(steps, deadline)
        except HistoryFull as full:
            message = str(full)
        except OutOfTime:
            message = f"following it took more than {self._verb_s:g} seconds"
        return Stop(self.history.cursor.number + 1, "impossible", message, ())

    def _to_number(self, number: int | None) -> None:
        """Put the cursor on the path to where it is, so many steps from the root."""
        if number is not None:
            path = self.history.cursor.path()
            if number < len(path):
                self.history.seek((path[number - 1] if number > 0 else self.history.root).id)

    def _opened(self, seq: int, stop: Stop | None) -> Opened:
        history = self.history
        return Opened(
            seq=seq,
            program=program_view(self.built),
            world=dict(self._views.world(history.root)),
            nodes=self._take_news(),
            cursor=history.cursor.id,
            schedule=history.schedule(history.tip),
            replay=None if stop is None else ReplayNote(at=stop.at, message=stop.message, possible=list(stop.possible)),
        )

    # -- moving ------------------------------------------------------------------------------------

    def step(self, verb: Step) -> Moved:
        actor = self._actor(verb.actor)
        try:
            self.history.step(Move(actor, verb.choice))
        except NotEnabled as refusal:
            raise self._refused(actor, refusal) from None
        except HistoryFull as full:
            raise VerbFailed("full", str(full)) from None
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
            stopped = f"after {self._verb_s:g} seconds, the limit of a run"
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

    def _moved(self, seq: int, stopped: str | None = None) -> Moved:
        history = self.history
        tip = history.tip
        return Moved(
            seq=seq,
            nodes=self._take_news(),
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

    def _take_news(self) -> list[NodeView]:
        """The nodes that the page does not have yet."""
        self._view()
        news, self._news = self._news, []
        return news

    # -- searching ---------------------------------------------------------------------------------

    def kind_to_find(self, asked: str | None) -> str | None:
        return asked if asked is not None else self.built.variant.asks

    def found(self, seq: int, kind: str | None, result: SearchResult) -> SearchDone:
        """What a search found; the schedule joins the tree, and the cursor stays."""
        built, model = self.built, self.built.model
        if kind is None:  # no question: the first thing that goes wrong
            first = next((found for found in result.found if not found.finding.warning), None)
            kind = "a finding" if first is None else first.kind
        found = result.get(kind)
        vacuous = built.vacuous(result)
        tip = None if found is None else self._grow(found.schedule)
        texts = {one.kind: schedule_of(model, one.schedule) for one in result.found[:MAX_TEXTS]}
        return SearchDone(
            seq=seq,
            kind=kind,
            verdict=result.verdict(kind),
            verdicts=[
                Verdict(
                    kind=one.kind,
                    verdict=one.verdict,
                    fatal=one.finding.fatal,
                    warning=one.finding.warning,
                    message=one.finding.message,
                    steps=len(one.schedule),
                    schedule=texts.get(one.kind),
                )
                for one in result.found
            ],
            states=result.states,
            transitions=result.transitions,
            exhaustive=result.exhaustive,
            bounds=list(result.bounds),
            vacuous=list(vacuous),
            memory_model=model.memory_model,
            elapsed_s=result.elapsed_s,
            statement=f"{statement(result, kind, built.variant.id, vacuous)} {memory(model.memory_model)}",
            nodes=self._take_news(),
            tip=None if tip is None else tip.id,
        )

    def cancelled(self, seq: int, kind: str | None) -> SearchDone:
        return SearchDone(
            seq=seq,
            kind=self.kind_to_find(kind) or "a finding",
            verdict="unknown",
            verdicts=[],
            states=0,
            transitions=0,
            exhaustive=False,
            bounds=["cancelled"],
            vacuous=[],
            memory_model=self.built.model.memory_model,
            elapsed_s=0.0,
            statement="The search was cancelled.",
            nodes=[],
            tip=None,
            cancelled=True,
        )

    def _grow(self, schedule: tuple[Move, ...]) -> Node | None:
        """The node that a schedule leads to; None where the tree has no room for it."""
        node = self.history.root
        try:
            for move in schedule:
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
        why = None if self.history.cursor.fatal else self._views.why_not(self.history.cursor, actor)
        return VerbFailed("not-enabled", why or refusal.reason)

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
