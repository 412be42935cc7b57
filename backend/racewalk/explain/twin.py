"""A schedule and its twin in words: how long they go together, where they part, and what that decides."""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.amount import count
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.moved import Moved, blocks, moved, named
from racewalk.explore.twin import Twin

ANY = "a finding"
MOST_BLOCKS = 4  # that are told of what follows


def twin_words(model: ScenarioModel, twin: Twin, kind: str | None) -> Iterator[str]:
    """Several sentences."""
    failing, passing = moved(model, twin.failing), moved(model, twin.passing)
    given, other = (failing, passing) if twin.given == "failing" else (passing, failing)
    outcome = "without" if twin.given == "failing" else "with"
    what = kind or ANY
    yield _shared(twin)
    yield _parting(model, given, other, twin.shared)
    yield f"{_then(model, other[twin.shared :])}and the run ends {outcome} {what}."
    step = twin.shared + 1
    if twin.given == "failing" and twin.decided:
        yield f"Step {step:,} of the failing run decides it: after it {what} can no longer be avoided."
    elif twin.given == "failing":
        yield f"Step {step:,} of the failing run decides it: after it no run is without a finding."
    elif len(passing) > twin.shared:
        yield f"Step {step:,} of the passing run decides it: after it {what} is out of reach."
    if not twin.nearest:
        yield "Other runs that share as much may differ less: the search for them was ended by its bound."


def _shared(twin: Twin) -> str:
    if not twin.shared:
        return "The two runs differ from their first step on."
    return f"The two runs share their first {'step' if twin.shared == 1 else f'{twin.shared:,} steps'}."


def _parting(model: ScenarioModel, given: tuple[Moved, ...], other: tuple[Moved, ...], shared: int) -> str:
    where = f"After step {shared}" if shared else "At once"
    if shared == len(other):
        return f"{where} the other run has ended."
    one = other[shared]
    title = model.actors[one.move.actor].title
    if shared == len(given):
        return f"{where}, where the given run ends, {title} goes: {named(one.step)}."
    before = given[shared]
    if before.move.actor == one.move.actor:
        return f"{where} {title} takes choice {one.move.choice} instead of {before.move.choice}: {named(one.step)}."
    instead = model.actors[before.move.actor].title
    if named(one.step) == named(before.step):
        return f"{where} {title} goes instead of {instead}, both at {named(one.step)}."
    return f"{where} {title} goes instead of {instead}: {named(one.step)}, and not {named(before.step)}."


def _then(model: ScenarioModel, rest: tuple[Moved, ...]) -> str:
    """What follows the first of some moves, as a clause."""
    following = list(blocks(rest[1:]))
    told = []
    for number, block in enumerate(following[:MOST_BLOCKS]):
        more = number == 0 and block.actor == rest[0].move.actor
        steps = count(block.steps, "more step" if more else "step")
        told.append(f"{steps} of {model.actors[block.actor].title}, up to {named(block.last.step)}")
    if len(following) > MOST_BLOCKS:
        told.append(count(len(following) - MOST_BLOCKS, "more turn"))
    verb = "comes" if following and following[0].steps == 1 else "come"
    return f"Then {verb} {'; '.join(told)}; " if told else "Nothing more is needed, "
