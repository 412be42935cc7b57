"""The moves of a run with the steps of the text that they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.model import Move
from racewalk.program.program import Step


class Moved(NamedTuple):
    """`number` counts from 1."""

    number: int
    move: Move
    step: Step


class Block(NamedTuple):
    """Adjacent moves of one actor."""

    actor: int
    first: Moved
    last: Moved

    @property
    def steps(self) -> int:
        return self.last.number - self.first.number + 1


def moved(model: ScenarioModel, moves: Iterable[Move]) -> tuple[Moved, ...]:
    """Moves that the model can follow. Raises NotEnabled."""
    state, found = model.initial(), []
    for number, move in enumerate(moves, 1):
        position = model.position(state, move.actor)
        state = model.step(state, move).state
        assert position is not None, "who has finished does not move"
        found.append(Moved(number, move, model.program.actors[move.actor].steps[position]))
    return tuple(found)


def blocks(run: Sequence[Moved]) -> Iterator[Block]:
    """Some moves of a run, by who makes them."""
    begin = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or run[at].move.actor != run[begin].move.actor:
            yield Block(run[begin].move.actor, run[begin], run[at - 1])
            begin = at


def named(step: Step) -> str:
    """A step in a sentence: "set_pte_at(mm, dst, pte, new) in mfill_atomic_install_pte()"."""
    return f"{said(step)} in {step.function}()" if step.stack else said(step)


def said(step: Step) -> str:
    """Its text; where that is only a part of a statement, what it is of it: "the load of counter"."""
    text = " ".join(step.text.split())
    if "(" in text or step.kind not in ("load", "store"):
        return text
    return f"the load of {text}" if step.kind == "load" else f"the store of {text}"


def place_of(step: Step) -> str:
    """Where it stands: "mm/memory.c:41, U4"."""
    place = f"{step.span.file.path}:{step.span.begin.line}"
    return f"{place}, {step.caption}" if step.caption else place


def entry(step: Step) -> str | None:
    """The function that the actor calls first on the way to a step; None where the step is the actor's own text."""
    if not step.stack:
        return None
    return step.stack[1].function if len(step.stack) > 1 else step.function
