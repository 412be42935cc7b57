"""Any text that parses gives a model that can be walked, or diagnostics: never an exception.

The texts are golden files and examples of the guide, changed at random: a name for another name, a number
for another number, a statement moved, copied, left out or put into a block.
"""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from racewalk.checks.build import build_model
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.check import check
from racewalk.lang.diagnostics import render
from racewalk.scenario.catalog import scenario_folder, shipped

TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*|\w+|->|\+\+|--|[<>=!+\-*/%&|^]=|&&|\|\||<<|>>|\s+|.', re.DOTALL
)
EXAMPLE = re.compile(r"^```c (?:scenario|fragment)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"/\*---.*?---\*/", re.DOTALL)
NUMBERS = ("0", "1", "2", "3", "7", "255", "256", "65535")
OPERATORS = ("+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>")
AROUND = (
    ("atomic {", "}"),
    ("fuse {", "}"),
    ("if (choose(2)) {", "}"),
    ("while (1) {", "break; }"),
    ("if (0) {", "}"),
    ("for (;;) {", "}"),
    ("do {", "} while (0);"),
    ("again: ;", "goto again;"),
    ("switch (1) { case 1: ", "}"),
    ("rcu_read_lock();", "rcu_read_unlock();"),
    ("local_irq_disable();", "local_irq_enable();"),
    ("", "return;"),
    ("wait_until(", "1);"),
)
MADE = (
    *("%s++;", "%s = %s;", "%s = &%s;", "*%s = %s;", "%s ? %s : %s;", "%s[%s] = %s;", "%s->%s = %s;", "%s(%s);"),
    *("kfree(%s);", "is_live(%s);", "%s = xchg(&%s, %s);", "atomic_inc(&%s);", "READ_ONCE(%s);", "finished(%s);"),
    *("assert(%s);", "BUG_ON(%s);", "spin_lock(&%s);", "spin_trylock(&%s);", "synchronize_rcu();", "might_sleep();"),
)


def texts() -> list[str]:
    guide = (scenario_folder() / "DIALECT.md").read_text(encoding="utf-8")
    found = EXAMPLE.findall(guide)
    for name in ("lost-update", "dining"):
        bundle = shipped().bundle(name)
        assert bundle is not None
        found += [text for _, text in bundle]
    return [HEADER.sub("", text, count=1) for text in found if "#include" not in text]


TEXTS = [TOKEN.findall(text) for text in texts()]


def changed(tokens: list[str], choice: random.Random) -> list[str]:
    """The tokens with one thing changed."""
    tokens = list(tokens)
    names = [token for token in tokens if re.match(r"[A-Za-z_]", token)]
    ends = [at for at, token in enumerate(tokens) if token in ";{}"]
    if not names or len(ends) < 2:
        return tokens
    at = choice.randrange(len(tokens))
    while not tokens[at].strip():
        at = choice.randrange(len(tokens))
    which = choice.randrange(len(ends) - 1)
    start, stop = ends[which] + 1, ends[which + 1] + 1
    form = choice.randrange(7)
    if form <= 1:
        if re.match(r"[A-Za-z_]", tokens[at]):
            tokens[at] = choice.choice(names)
        elif tokens[at].isdigit():
            tokens[at] = choice.choice(NUMBERS)
        elif tokens[at] in OPERATORS:
            tokens[at] = choice.choice(OPERATORS)
        else:
            del tokens[at]
    elif form == 2:
        place = choice.choice(ends) + 1
        tokens[place:place] = tokens[start:stop]
    elif form == 3:
        del tokens[start:stop]
    elif form <= 5:
        before, after = choice.choice(AROUND)
        tokens[start:stop] = [before, *tokens[start:stop], after]
    else:
        made = re.sub("%s", lambda _: choice.choice(names), choice.choice(MADE))
        tokens[start:start] = [made]
    return tokens


def survives(seed: int) -> None:
    choice = random.Random(seed)
    tokens = choice.choice(TEXTS)
    for _ in range(choice.randint(1, 3)):
        tokens = changed(tokens, choice)
    unit, sink = assemble(Bundle.of([("race.c", "".join(tokens))]), "race.c", None, lambda path: None)
    race = None
    if not sink.has_errors:
        checked = check(unit, sink)
        if not sink.errors:
            race = build_model(checked, sink, cut_fuses=choice.random() < 0.3)
    for diagnostic in sink:
        assert render(diagnostic)
    assert (race is None) == sink.has_errors
    if race is not None:
        wander(race, choice)


def wander(race: ScenarioModel, choice: random.Random) -> None:
    """A random walk, with everything asked that sessions and explorers ask."""
    state = race.initial()
    cells = set(race.describe(state))
    for _ in range(15):
        assert set(race.describe(state)) == cells
        race.final_findings(state)
        race.stuck_findings(state)
        expansion = race.expand(state)
        enabled = [option.move for option in race.moves(state) if option.blocked is None]
        assert enabled == [move for move, _ in expansion]
        if not expansion:
            return
        move, outcome = choice.choice(expansion)
        assert race.step(state, move) == outcome
        assert race.observe(state, move).label == race.label(state, move.actor)
        assert len(outcome.state) == len(state)
        if outcome.fatal:
            return
        state = outcome.state


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_a_changed_text_compiles_or_is_complained_about(seed: int) -> None:
    survives(seed)


@pytest.mark.slow
def test_thousands_of_changed_texts_compile_or_are_complained_about() -> None:
    for seed in range(4_000):
        survives(seed)
