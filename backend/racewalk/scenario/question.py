"""A question about the schedules of a variant, "from here, is there one to that?", and the answer to it."""

from __future__ import annotations

from dataclasses import replace

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, Cancelled, Report
from racewalk.explore.query import Goal, Mode, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.diagnostics import did_you_mean
from racewalk.model import Model, Move, State
from racewalk.record import value_record
from racewalk.scenario.built import Built
from racewalk.scenario.kinds import ASKED_FOR, kinds_of
from racewalk.scenario.warned import with_warnings
from racewalk.session.history import History
from racewalk.session.replay import drain, replay
from racewalk.session.schedule import ScheduleError, parse_schedule


class WrongQuestion(Exception):
    """It cannot be asked of this variant; `hint` may say what can."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@value_record
class Start:
    """Where a search begins: the state that these moves lead to; without moves the initial one."""

    moves: tuple[Move, ...] = ()
    state: State | None = None
    found: tuple[str, ...] = ()  # kinds that these moves have met already; warnings are none

    @property
    def last(self) -> int | None:
        """Who made the last move."""
        return self.moves[-1].actor if self.moves else None

    def query(self, mode: Mode, goal: Goal, bounds: Bounds, exact: bool | None) -> Query:
        return Query(mode, goal, self.state, self.last, bounds, exact)


INITIAL = Start()


@value_record
class Answer:
    built: Built
    goal: Goal
    start: Start
    result: SearchResult

    @property
    def moves(self) -> tuple[Move, ...] | None:
        """The schedule to the goal, from the initial state; None where none was found."""
        return None if self.result.reached is None else (*self.start.moves, *self.result.reached)


def ask(
    built: Built,
    goal: Goal,
    mode: Mode = "shortest",
    start: Start = INITIAL,
    bounds: Bounds = Bounds(),  # noqa: B008  (frozen)
    exact: bool | None = None,
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> Answer:
    """Search until the goal is met."""
    return Answer(built, goal, start, explored(built.model, start.query(mode, goal, bounds, exact), report, cancelled))


def explored(
    model: ScenarioModel,
    query: Query,
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> SearchResult:
    """A search that knows what was covered before anybody moved: no step leads there, so no explorer sees it."""
    goal = query.goal
    if query.mode != "prove" and goal.kind == "cover" and query.start is None and goal.text in model.initial_covers:
        return SearchResult((), {goal.text: 0}, 1, 0, 0, 0, (), 0.0, query.mode, reached=())
    if goal.kind == "finding" and goal.text in ASKED_FOR:
        result = search(model, replace(query, mode="prove", goal=Goal()), report, cancelled)
        result = with_warnings(result, model, [goal.text], query.start, query.bounds, cancelled)
        met = result.get(goal.text)
        reached = met.schedule if met is not None and met.verdict != "unknown" and query.mode != "prove" else None
        first = {one.kind: one for one in reversed(result.found)}  # an answer has one finding of each kind
        found = tuple(sorted(first.values(), key=lambda one: len(one.schedule)))
        return replace(result, found=found, mode=query.mode, reached=reached)
    return search(model, query, report, cancelled)


def goal_of_question(built: Built) -> Goal:
    """The finding that the scenario asks about; where it asks about none, any."""
    return Goal("finding", built.variant.asks or "")


def goal_named(built: Built, text: str) -> Goal:
    """The goal that somebody means by the words of a cover, the label of a step or the kind of a finding.

    Raises WrongQuestion where the text of the variant has none of these.
    """
    covers = built.model.covers
    labels = {step.label for actor in built.model.program.actors for step in actor.steps}
    kinds = kinds_of(built.files)
    if text in covers:
        return Goal("cover", text)
    if text in labels:
        return Goal("label", text)
    if text in kinds:
        return Goal("finding", text)
    message = f"{built.called} has no finding, no cover and no step that is called '{text[:80]}'"
    raise WrongQuestion(message, did_you_mean(text, [*kinds, *covers, *labels]) or "`racewalk steps` prints the labels")


def finding_named(built: Built, kind: str | None) -> str | None:
    """The kind of finding that somebody named, or None as it is; single runs must be able to have it.

    Raises WrongQuestion.
    """
    known = kinds_of(built.files)
    if kind is not None and kind not in known:
        hint = did_you_mean(kind, sorted(known)) or f"`racewalk check` lists those that {built.called} has"
        raise WrongQuestion(f"no finding of {built.called} is called '{kind[:80]}'", hint)
    if kind == "livelock":
        text = "a livelock shows in no single schedule, so none can be counted; `racewalk check` finds it"
        raise WrongQuestion(text)
    return kind


def finding_asked(built: Built) -> str | None:
    """The kind that the variant asks for, if single runs can have it."""
    return None if built.variant.asks == "livelock" else built.variant.asks


def start_after(model: Model, schedule: str) -> Start:
    """The state that the text of a schedule leads to. Raises WrongQuestion where it cannot be followed, or ends all."""
    return start_at(list(moves_of(model, schedule)), model)


def moves_of(model: Model, schedule: str) -> tuple[Move, ...]:
    """The moves that the text of a schedule stands for. Raises WrongQuestion where it cannot be followed."""
    try:
        entries = parse_schedule(schedule)
    except ScheduleError as error:
        raise WrongQuestion(str(error)) from None
    history = History(model)
    _, stop = drain(replay(history, entries))
    if stop is not None:
        raise WrongQuestion(f"the schedule cannot be followed: before step {stop.at} {stop.message}")
    return tuple(node.move for node in history.cursor.path() if node.move is not None)


def start_at(moves: list[Move], model: Model) -> Start:
    """The same for moves that the model can follow. Raises WrongQuestion where they end all."""
    state, found = model.initial(), dict[str, None]()
    for move in moves:
        outcome = model.step(state, move)
        found |= dict.fromkeys(one.kind for one in outcome.findings if not one.warning)
        if outcome.fatal:
            raise WrongQuestion(f"the run has ended there: {outcome.findings[-1].message}")
        state = outcome.state
    return Start(tuple(moves), state if moves else None, tuple(found))
