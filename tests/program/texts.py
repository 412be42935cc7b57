"""Short texts of the dialect, compiled: what the tests of program, machine and checks start from."""

from __future__ import annotations

import re

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.check import check
from racewalk.lang.diagnostics import CompileError, Diagnostics, render
from racewalk.model import Finding, Move, State
from racewalk.program.lower import lower
from racewalk.program.program import Program, Step


def attempt(text: str, cut_fuses: bool = False) -> tuple[Program | None, Diagnostics]:
    """The program of a text, or what is wrong with it."""
    unit, sink = assemble(Bundle.of([("test.c", text)]), "test.c", None, lambda path: None)
    try:
        sink.raise_errors()
        checked = check(unit, sink)
        sink.raise_errors()
    except CompileError:
        return None, sink
    return lower(checked, sink, cut_fuses), sink


def program(text: str, cut_fuses: bool = False) -> Program:
    """The program of a text that has no mistake."""
    found, sink = attempt(text, cut_fuses)
    assert found is not None, "\n".join(render(d) for d in sink)
    return found


def model(text: str, cut_fuses: bool = False) -> ScenarioModel:
    return ScenarioModel(program(text, cut_fuses))


def codes(text: str) -> list[str]:
    """The codes of everything that is said about a text."""
    return [diagnostic.code for diagnostic in attempt(text)[1]]


def complaints(text: str) -> str:
    """Everything that is said about a text, as printed."""
    return "\n".join(render(diagnostic) for diagnostic in attempt(text)[1])


def steps(text: str, actor: int = 0, cut_fuses: bool = False) -> list[Step]:
    return program(text, cut_fuses).actors[actor].steps


def labels(text: str, actor: int = 0) -> list[str]:
    return [step.label for step in steps(text, actor)]


def walk(model: ScenarioModel, way: str) -> tuple[State, list[Finding]]:
    """The state after some steps from the start, and all findings: "ab2" is a step of a, then choice 2 of b."""
    state, found = model.initial(), list(model.initial_findings(model.initial()))
    letters = {info.letter: number for number, info in enumerate(model.actors)}
    for letter, choice in re.findall(r"([a-z])(\d*)", way):
        outcome = model.step(state, Move(letters[letter], int(choice) if choice else None))
        state = outcome.state
        found += outcome.findings
    return state, found
