"""The generator: the same text from the same seed, text that compiles, and between them all that the dialect has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.fuzz.generate import generate
from racewalk.fuzz.tree import text_of
from racewalk.lang import toplevel, tree
from racewalk.lang.builtins import BUILTINS
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.lang.types import INT_TYPES
from racewalk.machine.incident import IncidentKind
from racewalk.program import code as instructions
from racewalk.program.code import Instr
from racewalk.scenario.build import build
from racewalk.scenario.kinds import WITHOUT_WORDS

BACKEND = Path(__file__).resolve().parents[2] / "backend"
CORPUS = 300

NEVER_FOUND = {
    "check",  # stands for the kinds of checks, which have names of their own
}


def model_of(text: str) -> ScenarioModel:
    try:
        return build("fuzz", Bundle.of([("fuzz.c", text)]), None, lambda path: None).model
    except CompileError as error:
        pytest.fail(f"a generated program does not compile: {error}\n{text}")


@pytest.fixture(scope="module")
def corpus() -> dict[int, ScenarioModel]:
    return {seed: model_of(text_of(generate(seed))) for seed in range(CORPUS)}


def test_the_same_seed_gives_the_same_program_in_every_process() -> None:
    code = "from racewalk.fuzz.generate import generate\nfrom racewalk.fuzz.tree import text_of\n"
    code += "print(*(text_of(generate(seed)) for seed in range(30)), sep='')"
    here = "".join(text_of(generate(seed)) for seed in range(30))

    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": str(BACKEND), "PYTHONHASHSEED": hash_seed}
        there = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert there == here + "\n"


def test_different_seeds_give_different_programs() -> None:
    assert len({text_of(generate(seed)) for seed in range(100)}) == 100


def test_every_generated_program_compiles(corpus: dict[int, ScenarioModel]) -> None:
    assert len(corpus) == CORPUS


@pytest.mark.slow
def test_thousands_of_generated_programs_compile() -> None:
    for seed in range(CORPUS, 4_000):
        model_of(text_of(generate(seed)))


def test_every_builtin_statement_and_expression_occurs_in_some_program(corpus: dict[int, ScenarioModel]) -> None:
    used, forms, allocations = set[str](), set[type](), set[bool]()
    for model in corpus.values():
        unit = model.program.checked.unit
        for node in parts((*unit.functions.values(), *unit.globals, *unit.actors, *unit.properties, *unit.finals)):
            forms.add(type(node))
            if isinstance(node, tree.Call):
                used.add(node.name)
            if isinstance(node, tree.Allocate):
                allocations.add(node.reuse)

    assert set(BUILTINS) - used == set()
    assert allocations == {False, True}
    assert {*get_args(tree.Stmt), *get_args(tree.Expr)} - forms == {tree.BadExpr}  # what the parser could not read


def test_every_kind_of_declaration_actor_and_property_occurs_in_some_program(corpus: dict[int, ScenarioModel]) -> None:
    units = [model.program.checked.unit for model in corpus.values()]

    assert {actor.kind for unit in units for actor in unit.actors} == {"CPU", "DEVICE", "EVENT", "SOFTIRQ"}
    assert {len([a for a in unit.actors if a.kind == "CPU"]) for unit in units} == {2, 3, 4}
    assert any(actor.setup for unit in units for actor in unit.actors)
    assert any(model.program.actors[-1].info.kind == "rcu" for model in corpus.values())
    assert {prop.kind for unit in units for prop in unit.properties} == {"always", "never", "sometimes", "finally"}
    for what in ("functions", "structs", "words", "enums", "defines", "macros", "pools", "setups", "finals"):
        assert any(getattr(unit, what) for unit in units), what
    assert any(unit.lock_orders for unit in units)
    assert any(declared.ghost for unit in units for declared in unit.globals)
    spelled = {str(symbol.type) for model in corpus.values() for symbol in model.program.checked.globals.values()}
    assert {*INT_TYPES, "bool", "wrapping u8", "enum color", "word_t"} <= spelled
    assert any(name.endswith("**") for name in spelled)


def test_every_instruction_of_the_machine_occurs_in_some_program(corpus: dict[int, ScenarioModel]) -> None:
    executed = {type(instr) for model in corpus.values() for actor in model.program.actors for instr in actor.instrs}

    # Some versions of Python keep the class of which `record` made one with slots.
    kinds = {kind for kind in Instr.__subclasses__() if getattr(instructions, kind.__name__) is kind}
    assert kinds - executed == set()


@pytest.mark.slow
def test_every_kind_of_finding_is_met_by_some_program_and_most_programs_are_small(
    corpus: dict[int, ScenarioModel],
) -> None:
    results = [explore_naively(model, Bounds(states=3_000, seconds=20)) for model in corpus.values()]

    kinds = {found.kind for result in results for found in result.found}
    assert {*get_args(IncidentKind), *WITHOUT_WORDS} - kinds - NEVER_FOUND == set()
    assert {"odd", "always-so", "never-so", "finally-so", "leak"} <= kinds
    assert {found.verdict for result in results for found in result.found} == {"always", "sometimes"}
    exhausted = [result for result in results if result.exhaustive]
    assert len(exhausted) > 0.85 * CORPUS
    assert sum(result.states >= 10 for result in exhausted) > 0.8 * len(exhausted)
    assert any(result.ends == 0 for result in exhausted), "schedules that all go on for ever"


def parts(node: object) -> Iterator[object]:
    """Everything in a tree."""
    todo = [node]
    while todo:
        at = todo.pop()
        if isinstance(at, tuple):
            todo += at
        elif is_dataclass(at) and type(at).__module__ in (tree.__name__, toplevel.__name__):
            yield at
            todo += [getattr(at, field.name) for field in fields(at)]
