"""Several steps of one actor in one go, up to a place.

A run always takes the first step (that is what was asked for), and always ends where its actor can
go no further: blocked, finished, at a choice, at a finding, or after the bound of steps.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable
from dataclasses import dataclass
from typing import Literal, Protocol

from racewalk.model import Move, NotEnabled, Option
from racewalk.session.history import History, Node
from racewalk.session.words import told_of

MAX_RUN = 10_000

Frames = tuple[Hashable, ...]
Until = Literal["blocked", "lock", "switch", "return", "finding", "line", "over"]


@dataclass(frozen=True, slots=True)
class StepFact:
    """What a run must know of a step that a `Model` does not say."""

    kind: str  # "lock", "unlock", "load", ...
    frames: Frames  # the calls that lead to it, outermost first, and its own function
    line: Hashable  # file and line


class StepFacts(Protocol):
    """Facts by actor and position (see `Model.position`)."""

    def __call__(self, actor: int, position: int) -> StepFact: ...


def run_until(
    history: History, actor: int, until: Until, facts: StepFacts, max_steps: int = MAX_RUN
) -> Generator[Node, None, str]:
    """Step `actor` until the place; yields the nodes and returns why it ended, in words.

    blocked  it cannot go on by itself
    lock     before its next lock operation
    switch   somebody's wait has ended, so that another actor may want to go
    return   its present function has returned (a second call from the same place counts as the same)
    finding  something went wrong
    line     it stands on another line
    over     the call that begins with its first step has returned; where none begins: it stands on another line of
             its present function, and what that calls meanwhile is run to its end

    Raises NotEnabled when not even the first step is possible, and HistoryFull.
    """
    start = _fact(history, actor, facts)
    whole = _beginning(history, actor, facts) if until == "over" else None
    waiting = _blocked(history)
    for number in range(max_steps):
        ready = _next(history, actor)
        if isinstance(ready, str):
            if number == 0:
                raise NotEnabled(Move(actor), ready)
            return ready
        node = history.step(ready)
        yield node
        ended = _ended(node)
        if ended:
            return ended
        now, still_waiting = _fact(history, actor, facts), _blocked(history)
        woken = waiting - still_waiting - {actor}
        waiting = still_waiting
        if until == "switch" and woken:
            titles = ", ".join(history.model.actors[other].title for other in sorted(woken))
            return f"{titles} no longer waits" if len(woken) == 1 else f"{titles} no longer wait"
        if start is None or now is None:
            continue
        if until == "lock" and now.kind in ("lock", "unlock"):
            return "before a lock operation"
        if until == "return" and now.frames[: len(start.frames)] != start.frames:
            return "the function has returned"
        if until == "line" and (now.line, now.frames) != (start.line, start.frames):
            return "on the next line"
        if until == "over" and whole is not None and now.frames[: len(whole)] != whole:
            return "the call has returned"
        if until == "over" and whole is None and now.frames[: len(start.frames)] != start.frames:
            return "the function has returned"
        if until == "over" and whole is None and now.frames == start.frames and now.line != start.line:
            return "on the next line"
    return f"after {max_steps:,} steps, the limit of a run"


def _next(history: History, actor: int) -> Move | str:
    """The only move of the actor, or why there is none."""
    title = history.model.actors[actor].title
    if history.cursor.fatal:
        return "the run ended here"
    theirs: list[Option] = [option for option in history.options(history.cursor) if option.move.actor == actor]
    ready = [option for option in theirs if option.blocked is None]
    if len(ready) == 1:
        return ready[0].move
    if ready:
        return f"{title} has a choice to make"
    if theirs:
        return told_of(title, theirs[0].blocked or "")
    finished = history.model.finished(history.cursor.state, actor)
    return f"{title} has finished" if finished else f"{title} has nothing to do"


def _ended(node: Node) -> str | None:
    for finding in node.findings:
        if not finding.warning:
            return f"at a finding: {finding.message}"
    return None


def _blocked(history: History) -> set[int]:
    """The actors that have a step and cannot do it."""
    able: dict[int, bool] = {}
    for option in history.options(history.cursor):
        able[option.move.actor] = able.get(option.move.actor, False) or option.blocked is None
    return {actor for actor, can in able.items() if not can}


def _beginning(history: History, actor: int, facts: StepFacts) -> Frames | None:
    """The outermost call whose first step is the next one of the actor; the actor's own function is no call."""
    here = _fact(history, actor, facts)
    if here is None:
        return None
    before = _last_frames(history, actor, facts)
    depth = _common(before, here.frames)
    return here.frames[: depth + 1] if depth < len(here.frames) else None


def _last_frames(history: History, actor: int, facts: StepFacts) -> Frames:
    """Where its step before was done; before its first step it is in no call yet."""
    for node in reversed(history.cursor.path()):
        if node.move is None or node.move.actor != actor or node.parent is None:
            continue
        position = history.model.position(node.parent.state, actor)
        if position is not None:
            return facts(actor, position).frames
    here = _fact(history, actor, facts)
    return () if here is None else here.frames[:1]


def _common(one: Frames, other: Frames) -> int:
    """How many outermost calls are the same."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same


def _fact(history: History, actor: int, facts: StepFacts) -> StepFact | None:
    position = history.model.position(history.cursor.state, actor)
    return None if position is None else facts(actor, position)
