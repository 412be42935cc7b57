"""Witnesses that are wrong on purpose: a comparison that is worth anything notices them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.fuzz.compare import Account, account_of
from racewalk.fuzz.witness import Witness
from racewalk.model import Finding, Model, Move, Outcome, State
from racewalk.scenario.built import Built


class Mutant:
    """A model that is another one, but for what a subclass changes."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)


class LosesChoices(Mutant):
    """The second choice is forgotten."""

    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        return [(move, outcome) for move, outcome in self.model.expand(state) if move.choice != 1]


class LosesTheStepAfterAnUnlock(Mutant):
    """CPU 1 cannot go on while CPU 0 stands at a spin_unlock."""

    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        waits = "spin_unlock" in (self.model.label(state, 0) or "")
        return [(move, outcome) for move, outcome in self.model.expand(state) if not (waits and move.actor == 1)]


class SeesNoDeadlock(Mutant):
    def stuck_findings(self, state: State) -> tuple[Finding, ...]:
        return ()


class SeesNoStaleAccess(Mutant):
    """What a step with a use after free reports is lost."""

    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        return [
            (move, Outcome(o.state, tuple(f for f in o.findings if f.kind != "use-after-free"), o.covers))
            for move, o in self.model.expand(state)
        ]


class Fails(Mutant):
    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        assert "kfree" not in "".join(option.label for option in self.model.moves(state)), "a bug"
        return self.model.expand(state)


def witness_of(mutant: Callable[[Model], Mutant]) -> Witness:
    def ask(built: Built, bounds: Bounds) -> Account:
        return account_of(explore_naively(mutant(built.model), bounds))

    return Witness("mutant", ask)
