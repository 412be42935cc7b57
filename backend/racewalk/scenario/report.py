"""A judgement as the JSON object of `racewalk check --json`: one per variant, its keys never renamed."""

from __future__ import annotations

from typing import Any

from racewalk.explore.verdict import Found
from racewalk.scenario.judge import Judgement
from racewalk.scenario.version import version
from racewalk.session.history import History, Node

Json = dict[str, Any]


def report(judgement: Judgement) -> Json:
    built, result = judgement.built, judgement.result
    findings = [_finding(judgement, found) for found in result.found]
    headline = next((one for one in findings if _is_headline(judgement, one)), None)
    told: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "verdict": judgement.verdict,
        "findings": findings,
        "schedule": None if headline is None else headline["schedule"],
        "steps": None if headline is None else headline["steps"],
        "states": result.states,
        "transitions": result.transitions,
        "exhaustive": result.exhaustive,
        "bounds": list(result.bounds),
        "vacuous": list(judgement.vacuous),
        "memory_model": built.model.memory_model,
        "expected": dict(built.variant.expect),
        "as_expected": judgement.as_expected,
        "complaints": list(judgement.complaints),
        "elapsed_s": round(result.elapsed_s, 3),
        "version": version(),
    }
    if judgement.cut is not None:
        told["states_fuses_cut"] = judgement.cut.states
    return told


def _is_headline(judgement: Judgement, finding: Json) -> bool:
    if judgement.headline is None:
        return not finding["warning"]
    return bool(finding["kind"] == judgement.headline)


def _finding(judgement: Judgement, found: Found) -> Json:
    finding, actors = found.finding, judgement.built.model.actors
    history, end = run_of(judgement, found)
    switches = [node.switch for node in end.path() if node.switch is not None]
    return {
        "kind": finding.kind,
        "fatal": finding.fatal,
        "warning": finding.warning,
        "verdict": found.verdict,
        "message": finding.message,
        "actor": None if finding.actor is None else actors[finding.actor].letter,
        "step": end.step,
        "label": finding.label,
        "schedule": history.schedule(end),
        "steps": end.number,
        "switches": len(switches),
        "preemptions": sum(switch.preemption for switch in switches),
    }


def run_of(judgement: Judgement, found: Found) -> tuple[History, Node]:
    """The run that a search found, in a history of its own, and its last step."""
    history = History(judgement.built.model)
    for move in found.schedule:
        history.step(move)
    return history, history.cursor
