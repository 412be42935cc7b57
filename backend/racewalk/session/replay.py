"""Following a schedule through a model, and saying where it can be followed no further.

Two things can stop it. A step may be *impossible*: its actor is blocked, has finished or does not
exist. Or a check does not fit: the actor stands at another step than the one that the schedule was
made with, so the model has *changed*. That goes first, for a step that is another one need not be
possible. Steps up to there are kept.

Everything here is a generator of the nodes that it makes, so that a server can do other work in
between; its return value is the stop, or None. `drain` runs one to its end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Literal, TypeVar

from racewalk.model import Move, NotEnabled
from racewalk.record import value_record
from racewalk.session.history import History, Node
from racewalk.session.schedule import FINISHED_CHECK, Entry, label_check

T = TypeVar("T")


@value_record
class Stop:
    """Why a schedule was not followed to its end."""

    node: Node  # where it could not go on
    cause: Literal["impossible", "changed"]
    message: str  # without a full stop
    actor: int | None = None  # whose step was impossible, or another one
    check: str | None = None  # that does not fit the step where the actor stands at the node

    @property
    def at(self) -> int:
        """Number of the first step that was not done."""
        return self.node.number + 1


def replay(history: History, schedule: Iterable[Entry]) -> Generator[Node, None, Stop | None]:
    """Follow a schedule from the root; the cursor ends at its last step. Raises HistoryFull."""
    node = history.seek(history.root.id)
    for entry in schedule:
        stop = _another(history, node, entry)
        if stop is not None:
            return stop
        try:
            actor = _actor(history, node, entry.letter, entry.choice)
            node = history.step(Move(actor, entry.choice))
        except NotEnabled as refusal:
            who = refusal.move.actor
            return Stop(node, "impossible", refusal.reason, who if who >= 0 else None)
        yield node
        if entry.check is not None and entry.check != node.check and not node.fatal:
            return Stop(node, "changed", _changed(history, node, entry.check), actor, entry.check)
    return None


def record(history: History, node: Node) -> list[Entry]:
    """The moves that lead to a node, without checks: to be followed in another variant, whatever its steps are."""
    run = []
    for step in node.path():
        assert step.move is not None
        run.append(Entry(history.model.actors[step.move.actor].letter, step.move.choice))
    return run


def drain(generator: Generator[Node, None, T]) -> tuple[list[Node], T]:
    """The nodes and the return value of a generator."""
    nodes = []
    while True:
        try:
            nodes.append(next(generator))
        except StopIteration as end:
            return nodes, end.value


def _another(history: History, node: Node, entry: Entry) -> Stop | None:
    """The stop before a step that is another one than the schedule was made with."""
    if entry.own is None or node.fatal:
        return None
    for index, info in enumerate(history.model.actors):
        if info.letter != entry.letter:
            continue
        label = history.model.label(node.state, index)
        if label_check(label) == entry.own:
            return None
        stands = f"{info.title} has nothing to do" if label is None else f"it is {label!r}"
        message = f"the check {entry.own} does not fit step {node.number + 1} of {info.title}: {stands}"
        return Stop(node, "changed", f"{message}; a typo, or the model has changed", index, entry.own)
    return None


def _actor(history: History, node: Node, letter: str, choice: int | None) -> int:
    """The actor of a letter, with its step taking this choice. Raises NotEnabled with a sentence."""
    for index, info in enumerate(history.model.actors):
        if info.letter != letter:
            continue
        if node.fatal:
            return index
        theirs = [option for option in history.options(node) if option.move.actor == index]
        if not theirs:
            rests = "has finished" if history.model.finished(node.state, index) else "has nothing to do"
            raise NotEnabled(Move(index, choice), f"{info.title} {rests}")
        if all(option.move.choice != choice for option in theirs):
            raise NotEnabled(Move(index, choice), _no_choice(info.title, choice, len(theirs)))
        return index
    raise NotEnabled(Move(-1, choice), f"this model has no actor {letter!r}")


def _no_choice(title: str, choice: int | None, offered: int) -> str:
    if choice is None:
        return f"the next step of {title} needs a choice, 0 to {offered - 1}"
    return f"the next step of {title} offers no choice {choice}"


def _changed(history: History, node: Node, check: str) -> str:
    """A wrong check alone does not tell a typing error from another model, so the sentence leaves both open."""
    assert node.move is not None
    title = history.model.actors[node.move.actor].title
    if check == FINISHED_CHECK:
        then = f"says that {title} has nothing left to do after step {node.number}, and it has"
    else:
        then = f"does not fit the step that {title} has reached after step {node.number}"
    return f"the check {check} {then}; a typo, or the model has changed"
