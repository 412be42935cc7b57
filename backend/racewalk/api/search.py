"""What a page asks of a search, as a job for a worker process, and the result as a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from racewalk.amount import count
from racewalk.api.messages import Find, SearchDone, SearchGoal, SearchProgress, Verdict
from racewalk.api.settings import Settings
from racewalk.api.walk import VerbFailed, Walk
from racewalk.explain.verdict import answer, goal_words, memory, statement
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Goal
from racewalk.explore.verdict import Found, SearchResult
from racewalk.explore.verdict import Verdict as Verdicts
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import did_you_mean
from racewalk.model import Move
from racewalk.scenario.job import job_of
from racewalk.scenario.report import counted
from racewalk.session.history import Node
from racewalk.session.summary import schedule_of

MAX_TEXTS = 32  # kinds of findings whose schedules are told
SOMETHING = "a finding"  # what the answer is about where the scenario asks for nothing in particular


@dataclass(frozen=True, slots=True)
class Search:
    """One `find`, and the node where its search begins."""

    message: Find
    goal: Goal
    start: Node

    @property
    def moves(self) -> tuple[Move, ...]:
        """What leads to where it begins."""
        return tuple(node.move for node in self.start.path() if node.move is not None)

    def job(self, walk: Walk, name: str, bundle: Bundle, settings: Settings) -> dict[str, Any]:
        asked = self.message.bounds
        bounds = Bounds(
            states=min(asked.states or settings.search_states, settings.search_states),
            seconds=min(asked.seconds or settings.search_seconds, settings.search_seconds),
            memory_bytes=settings.search_memory_bytes // 2,
            preemptions=asked.preemptions,
        )
        variant, message = walk.built.variant.id, self.message
        goal = Goal() if message.mode == "prove" else self.goal  # a proof answers all questions
        return job_of(name, bundle, variant, message.mode, goal, self.moves, bounds, message.exact)


def search_of(message: Find, walk: Walk) -> Search:
    """Raises VerbFailed where that cannot be asked."""
    kind = message.kind if message.kind is not None else walk.built.variant.asks
    goal = Goal("finding", kind or "") if message.goal is None else Goal(message.goal.kind, message.goal.text)
    if goal.kind == "label" and goal.text not in walk.labels:
        hint = did_you_mean(goal.text, sorted(walk.labels))
        raise VerbFailed("not-found", f"no step of {walk.built.called} is called '{goal.text[:80]}'", hint)
    if message.mode == "prove" and goal.kind != "finding":
        raise VerbFailed("bad-request", f"a proof looks at all schedules; ask for one to {goal_words(goal)}")
    start = walk.history.root if message.start == "root" else walk.history.cursor
    if start.fatal:
        raise VerbFailed("not-enabled", "the run has ended here, and nothing follows")
    return Search(message, goal, start)


def found(search: Search, walk: Walk, result: SearchResult) -> SearchDone:
    """What a search found; the schedule joins the tree, and the cursor stays."""
    model = walk.built.model
    kind = _kind(search, result)
    proof = search.message.mode == "prove"
    shown = _shown(search, kind, result)
    tip = None if shown is None else walk.grow(search.start, shown)
    switches, preemptions = (None, None) if tip is None else counted(tip)
    vacuous = walk.built.vacuous(result) if proof and search.start.parent is None else ()
    if proof:
        words = statement(result, kind, walk.built.called, vacuous)
    else:
        words = answer(result, search.goal, walk.built.called, switches or 0, preemptions or 0)
    return SearchDone(
        seq=search.message.seq,
        kind=kind,
        verdict=result.verdict(kind) if proof or search.goal.kind == "finding" else _met(result),
        verdicts=_verdicts(search, walk, result.found),
        states=result.states,
        transitions=result.transitions,
        exhaustive=result.exhaustive,
        bounds=list(result.bounds),
        vacuous=list(vacuous),
        memory_model=model.memory_model,
        elapsed_s=result.elapsed_s,
        statement=f"{_begun(search, words)} {memory(model.memory_model)}",
        nodes=walk.take_news(),
        tip=None if tip is None else tip.id,
        mode=search.message.mode,
        goal=_goal(search),
        start=search.start.id,
        schedule=None if shown is None else schedule_of(model, (*search.moves, *shown)),
        switches=switches,
        preemptions=preemptions,
        omission=result.omission,
        reductions=list(result.reductions),
        memory_bytes=result.memory_bytes,
    )


def cancelled(search: Search, walk: Walk, last: SearchProgress | None) -> SearchDone:
    """What there is to say of a search that was ended, after its last progress."""
    after = "" if last is None else f" after {count(last.states, 'state')}"
    return SearchDone(
        seq=search.message.seq,
        kind=search.goal.text or SOMETHING,
        verdict="unknown",
        verdicts=[],
        states=0 if last is None else last.states,
        transitions=0,
        exhaustive=False,
        bounds=["cancelled"],
        vacuous=[],
        memory_model=walk.built.model.memory_model,
        elapsed_s=0.0 if last is None else last.elapsed_s,
        statement=f"The search was cancelled{after}.",
        nodes=[],
        tip=None,
        cancelled=True,
        mode=search.message.mode,
        goal=_goal(search),
        start=search.start.id,
    )


def _kind(search: Search, result: SearchResult) -> str:
    """What the answer is about; without a question, the first thing that goes wrong."""
    if search.goal.text:
        return search.goal.text
    first = next((one for one in result.found if not one.finding.warning), None)
    return SOMETHING if first is None else first.kind


def _shown(search: Search, kind: str, result: SearchResult) -> Sequence[Move] | None:
    """The schedule that the page is to show."""
    if search.message.mode != "prove":
        return result.reached
    one = result.get(kind)
    return None if one is None else one.schedule


def _met(result: SearchResult) -> Verdicts:
    return "sometimes" if result.reached is not None else "never" if result.exhaustive else "unknown"


def _verdicts(search: Search, walk: Walk, found: Sequence[Found]) -> list[Verdict]:
    begin = search.moves
    texts = {one.kind: schedule_of(walk.built.model, (*begin, *one.schedule)) for one in found[:MAX_TEXTS]}
    return [
        Verdict(
            kind=one.kind,
            verdict=one.verdict,
            fatal=one.finding.fatal,
            warning=one.finding.warning,
            message=one.finding.message,
            steps=len(begin) + len(one.schedule),
            schedule=texts.get(one.kind),
        )
        for one in found
    ]


def _goal(search: Search) -> SearchGoal | None:
    return None if search.message.mode == "prove" else SearchGoal(kind=search.goal.kind, text=search.goal.text)


def _begun(search: Search, words: str) -> str:
    """The answer, with where the search began."""
    if search.start.parent is None:
        return words
    return f"From step {search.start.number} on, {words[0].lower()}{words[1:]}"
