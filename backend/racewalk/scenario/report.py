"""Judgements and answers as the JSON objects of `racewalk check --json`: one per variant, their keys never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from racewalk import __version__
from racewalk.explore.verdict import Found, SearchResult
from racewalk.model import Move
from racewalk.scenario.built import Built
from racewalk.scenario.judge import Judgement
from racewalk.scenario.question import Answer, Start
from racewalk.session.history import History, Node
from racewalk.session.summary import Summary, schedule_of, summary_of

Json = dict[str, Any]


def report(judgement: Judgement) -> Json:
    built, result = judgement.built, judgement.result
    findings = [_finding(judgement, found) for found in result.found]
    headline = next((one for one in findings if _is_headline(judgement, one)), None)
    shown = headline or (_run(summary_of(built.model, judgement.start.moves)) if judgement.already else {})
    told: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "verdict": judgement.verdict,
        "findings": findings,
        "already_found": list(judgement.start.found),
        "schedule": shown.get("schedule"),
        "steps": shown.get("steps"),
        "states": result.states,
        "transitions": result.transitions,
        "exhaustive": result.exhaustive,
        "bounds": list(result.bounds),
        "vacuous": list(judgement.vacuous),
        "memory_model": built.model.memory_model,
        "expected": dict(judgement.expected),
        "as_expected": judgement.as_expected,
        "complaints": list(judgement.complaints),
        "elapsed_s": round(result.elapsed_s, 3),
        "version": __version__,
    }
    if judgement.cut is not None:
        told["states_fuses_cut"] = judgement.cut.states
    return told | _effort(result) | {"from": _begin(built, judgement.start)}


def answer_report(answer: Answer) -> Json:
    """The answer to a question; `reached` is null where a bound ended the search before it was known."""
    built, result = answer.built, answer.result
    told: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "goal": {"kind": answer.goal.kind, "text": answer.goal.text},
        "reached": True if answer.moves is not None else None if result.bounds else False,
        "schedule": None,
        "steps": None,
        "switches": None,
        "preemptions": None,
        "states": result.states,
        "transitions": result.transitions,
        "exhaustive": result.exhaustive,
        "bounds": list(result.bounds),
        "memory_model": built.model.memory_model,
        "elapsed_s": round(result.elapsed_s, 3),
        "version": __version__,
    }
    if answer.moves is not None:
        told |= _run(summary_of(built.model, answer.moves))
    return told | _effort(result) | {"from": _begin(built, answer.start)}


def _effort(result: SearchResult) -> Json:
    """How a search was done, and how far it can be trusted."""
    return {
        "mode": result.mode,
        "omission": result.omission,
        "memory_bytes": result.memory_bytes,
        "reductions": list(result.reductions),
        "exact": result.omission == 0.0,
    }


def _begin(built: Built, start: Start) -> str | None:
    return schedule_of(built.model, start.moves) if start.moves else None


def _is_headline(judgement: Judgement, finding: Json) -> bool:
    if judgement.headline is None:
        return not finding["warning"]
    return bool(finding["kind"] == judgement.headline)


def _finding(judgement: Judgement, found: Found) -> Json:
    finding, actors = found.finding, judgement.built.model.actors
    run = summary_of(judgement.built.model, judgement.moves(found))
    return {
        "kind": finding.kind,
        "fatal": finding.fatal,
        "warning": finding.warning,
        "verdict": found.verdict,
        "message": finding.message,
        "actor": None if finding.actor is None else actors[finding.actor].letter,
        "step": run.last_step,
        "label": finding.label,
        **_run(run),
    }


def _run(run: Summary) -> Json:
    return {
        "schedule": run.text,
        "steps": run.steps,
        "switches": run.switches,
        "preemptions": run.preemptions,
    }


def run_of(built: Built, moves: Iterable[Move]) -> tuple[History, Node]:
    """The run that moves make, in a history of its own, and its last step."""
    history = History(built.model)
    for move in moves:
        history.step(move)
    return history, history.cursor


def counted(end: Node) -> tuple[int, int]:
    """The switches of a run, and how many of them are preemptions."""
    switches = [node.switch for node in end.path() if node.switch is not None]
    return len(switches), sum(switch.preemption for switch in switches)
