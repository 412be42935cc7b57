"""Runs of shipped scenarios, told by the steps that actors go on to, so that they outlast a change of step counts."""

from __future__ import annotations

from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.model import Move
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

LIBRARY = shipped().library

Runs = list[tuple[str, str]]
"""An actor, and the step (part of its label) that it goes on to and does; `END`: all that it has."""

END = ""


def found(name: str, variant: str, runs: Runs) -> list[str]:
    """Kinds that a run finds, in order."""
    bundle = shipped().bundle(name)
    assert bundle is not None
    model = build(name, bundle, variant, LIBRARY).model
    state = model.initial()
    kinds = []
    for letter, last in runs:
        actor = ord(letter) - ord("a")
        done = False
        while not done:
            label = model.label(state, actor)
            assert label is not None, f"{letter} never comes to {last}"
            outcome = model.step(state, Move(actor))
            kinds += [finding.kind for finding in outcome.findings]
            state = outcome.state
            done = last in label if last else model.finished(state, actor)
    return kinds + [finding.kind for finding in model.final_findings(state)] if model.is_final(state) else kinds


def all_schedules(text: str) -> SearchResult:
    """Of a text that uses the library."""
    return search(build("own", Bundle.of([("own.c", text)]), None, LIBRARY).model)
