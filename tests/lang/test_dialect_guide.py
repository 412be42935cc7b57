"""DIALECT.md and AUTHORS-GUIDE.md say nothing that is not so: examples run, and nothing registered is left out.

The first words of a fenced block say how it is tested:

    c scenario     compiled and searched. Without front matter its last lines state the result: `// check: never`, or
                   `// check: lost-update sometimes (1.a1b1a1b1), odd sometimes warning`, and the search with the
                   fuses cut has to agree, or to say `// fuses cut: ...`. With front matter every variant must be as
                   the header expects. Every cover must be reached.
    text steps     belongs to the scenario before it: the labels of its steps (of the first variant).
    c fragment     compiles beside an idle CPU.
    c error CODE   does not compile, for that reason and no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import Found, SearchResult
from racewalk.lang import limits
from racewalk.lang.builtins import BUILTINS, CONSTANTS
from racewalk.lang.bundle import Bundle, parse_bundle
from racewalk.lang.diagnostics import CompileError, Diagnostics
from racewalk.lang.foreign import NOT_YET_TYPES
from racewalk.lang.header import read_header
from racewalk.lang.landmarks import BLOCK_WORDS, FILE_LEVEL_WORDS
from racewalk.lang.lexer import KEYWORDS
from racewalk.lang.source import SourceFile
from racewalk.lang.types import INT_TYPES, LOCK_TYPES, RCU_HEAD
from racewalk.machine.incident import IncidentKind
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import scenario_folder, shipped
from racewalk.scenario.judge import judge
from racewalk.session.schedule import Entry, print_schedule

GUIDE = scenario_folder() / "DIALECT.md"
AUTHORS_GUIDE = scenario_folder() / "AUTHORS-GUIDE.md"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATED = re.compile(r"^// (check|fuses cut): (.+)$", re.MULTILINE)
RESULT = re.compile(
    r"(?P<kind>[a-z-]+) (?P<verdict>always|sometimes)( \((?P<schedule>1\.\S+)\))?(?P<warning> warning)?"
)
SMALL = Bounds(states=50_000, seconds=60.0)


@dataclass(frozen=True)
class Example:
    line: int
    kind: str
    argument: str
    text: str
    steps: str | None = None


def examples(file: Path = GUIDE) -> list[Example]:
    """The fenced blocks of a guide; a block of steps is part of the scenario before it."""
    guide = file.read_text(encoding="utf-8")
    found: list[Example] = []
    for block in FENCE.finditer(guide):
        line = guide.count("\n", 0, block.start()) + 1
        kind, _, argument = block[1].partition(" error ")
        if block[1] == "text steps":
            assert found, f"line {line}: steps of nothing"
            assert found[-1].kind == "c scenario", f"line {line}: steps of no scenario"
            last = found.pop()
            found.append(Example(last.line, last.kind, last.argument, last.text, block[2]))
        elif block[1] != "":
            found.append(Example(line, f"{kind} error" if argument else kind, argument, block[2]))
    return found


def of_kind(kind: str) -> list[object]:
    guides = {"": GUIDE, "authors-": AUTHORS_GUIDE}
    return [
        pytest.param(e, id=f"{prefix}line-{e.line}")
        for prefix, file in guides.items()
        for e in examples(file)
        if e.kind == kind
    ]


def bundle_of(text: str) -> Bundle:
    sink = Diagnostics()
    bundle = parse_bundle(text, "example.c", sink)
    sink.raise_errors()
    return bundle


def built(text: str, variant: str | None = None, cut_fuses: bool = False) -> Built:
    return build("example", bundle_of(text), variant, shipped().library, cut_fuses)


def stated(text: str, what: str) -> str | None:
    """What the example says of itself, in its last lines."""
    return next((found[2] for found in STATED.finditer(text) if found[1] == what), None)


def agrees(said: str, result: SearchResult, letters: str) -> None:
    """What the example says is all that the search found."""
    expected = {}
    if said != "never":
        for part in said.split(", "):
            match = RESULT.fullmatch(part)
            assert match is not None, f"unreadable: {part!r}"
            expected[match["kind"]] = match
    assert result.exhaustive
    assert {found.kind: found.verdict for found in result.found} == {k: m["verdict"] for k, m in expected.items()}
    for found in result.found:
        match = expected[found.kind]
        assert found.finding.warning == bool(match["warning"])
        if match["schedule"]:
            assert schedule_of(found, letters) == match["schedule"]


def schedule_of(found: Found, letters: str) -> str:
    return print_schedule([Entry(letters[move.actor], move.choice) for move in found.schedule])


@pytest.mark.parametrize("example", of_kind("c scenario"))
def test_every_scenario_of_the_guide_is_as_it_says(example: Example) -> None:
    first = built(example.text)
    reached: set[str] = set()
    said = stated(example.text, "check")
    if said is None:
        for variant in first.header.variants.values():
            assert variant.expect, f"the variant {variant.id} expects nothing"
            judgement = judge(built(example.text, variant.id), SMALL, cut_fuses_with=shipped().library)
            assert judgement.complaints == ()
            reached |= {*judgement.result.covers, *judgement.built.model.initial_covers}
    else:
        letters = "".join(actor.letter for actor in first.model.actors)
        result = search(first.model, Query(bounds=SMALL))
        agrees(said, result, letters)
        cut = built(example.text, cut_fuses=True)
        agrees(
            stated(example.text, "fuses cut") or re.sub(r" \(1\.\S+\)", "", said),
            search(cut.model, Query(bounds=SMALL)),
            letters,
        )
        reached |= {*result.covers, *first.model.initial_covers}

    assert set(first.model.covers) <= reached
    if example.steps is not None:
        labels = [f"{a.info.letter}{s.index} {s.label}" for a in first.model.program.actors for s in a.steps]
        assert example.steps.splitlines() == labels


@pytest.mark.parametrize("example", of_kind("c fragment"))
def test_every_fragment_of_the_guide_compiles(example: Example) -> None:
    assert built(example.text + 'CPU(0, "idle") { }\n').model.actors


@pytest.mark.parametrize("example", of_kind("c error"))
def test_every_wrong_example_of_the_guide_is_refused_for_the_reason_given(example: Example) -> None:
    with pytest.raises(CompileError) as refused:
        built(example.text)

    assert {diagnostic.code for diagnostic in refused.value.diagnostics} == {example.argument}


def test_every_fenced_block_of_the_guide_is_tested() -> None:
    tested = {"c scenario", "c fragment", "c error", "sh"}  # a shell block only names commands

    assert {example.kind for example in examples()} <= tested


# -- nothing is left out ---------------------------------------------------------------------------


def keys_of(text: str) -> list[str]:
    """The keys that are possible where the text has a key that is none: the diagnostic lists them."""
    sink = Diagnostics()
    read_header(SourceFile("x.c", f"/*---\n{text}\n---*/\n"), sink)
    [hint] = [diagnostic.hint or "" for diagnostic in sink if diagnostic.code == "unknown-key"]
    listed = re.fullmatch(r"(?:the keys are|kinds are) (.+)", hint)
    assert listed is not None, hint
    return listed[1].split(", ")


def registered() -> dict[str, list[str]]:
    """Everything that the code knows by name, and the guide should."""
    kinds = {*get_args(IncidentKind)} - {"check"} | {"deadlock", "bug-on", "warn-on", "assert", "warn", "report"}
    return {
        "built-in": [*BUILTINS, *CONSTANTS, "kmalloc", "kmalloc_freed", "container_of", "for_each_object"],
        "type": ["bool", *INT_TYPES, *(str(lock) for lock in LOCK_TYPES.values()), str(RCU_HEAD)],
        "type that is not there yet": list(NOT_YET_TYPES),
        "word of the language": [*sorted(KEYWORDS), *sorted(FILE_LEVEL_WORDS), *sorted(BLOCK_WORDS)],
        "finding": [*sorted(kinds), "always", "never", "finally"],
        "key of the front matter": keys_of("qqqq: 1"),
        "key of a variant": keys_of("variants: {v: {qqqq: 1}}"),
        "key of an edit": keys_of("variants: {v: {edit: [{in: a, from: b, to: c, qqqq: 1}]}}"),
        "key of a note": keys_of("notes: [{at: a, say: b, qqqq: 1}]"),
        "key of a goal": keys_of("goals: [{find: a, say: b, qqqq: 1}]"),
        "kind of a source": keys_of("sources: [{qqqq: 1}]"),
    }


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=f"{what}: {name}") for what, names in registered().items() for name in names]
)
def test_everything_registered_is_in_the_guide(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", GUIDE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in vars(limits) if name.isupper()])
def test_every_limit_is_in_the_guide_with_its_value(name: str) -> None:
    said = re.search(rf"`{name}` ([0-9,]+)\b", GUIDE.read_text(encoding="utf-8"))

    assert said is not None
    assert int(said[1].replace(",", "")) == getattr(limits, name)
