"""Following a schedule through a model, and saying where it can be followed no further.

Two things can stop it. A step may be *impossible*: its actor is blocked, has finished or does not
exist. Or the model has *changed*: the actor stands at another step than the one that the schedule
was made with. Steps up to there are kept. A stop tells what was possible there.

Everything here is a generator of the nodes that it makes, so that a server can do other work in
between; its return value is the stop, or None. `drain` runs one to its end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from racewalk.model import Move, NotEnabled
from racewalk.session.history import History, Node
from racewalk.session.schedule import FINISHED_CHECK, Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a schedule was not followed to its end."""

    at: int  # number of the first step that was not done
    cause: Literal["impossible", "changed"]
    message: str
    possible: tuple[str, ...]  # sentences: what was possible there


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step of a run through another model: who moved, and the label of the step that was done."""

    letter: str
    choice: int | None
    label: str


def replay(history: History, schedule: Iterable[Entry]) -> Generator[Node, None, Stop | None]:
    """Follow a schedule from the root; the cursor ends at its last step. Raises HistoryFull."""
    node = history.seek(history.root.id)
    for entry in schedule:
        try:
            actor = _actor(history, node, entry.letter, entry.choice)
            node = history.step(Move(actor, entry.choice))
        except NotEnabled as refusal:
            return _stop(history, node, "impossible", refusal.reason)
        yield node
        if entry.check is not None and entry.check != node.check and not node.fatal:
            return _stop(history, node, "changed", _changed(history, node, entry.check))
    return None


def follow(history: History, run: Iterable[Recorded]) -> Generator[Node, None, Stop | None]:
    """Follow a run of another variant as long as each actor stands at the very step that it did there."""
    node = history.seek(history.root.id)
    for recorded in run:
        try:
            actor = _actor(history, node, recorded.letter, recorded.choice)
            here = history.model.label(node.state, actor)
            if here is not None and here != recorded.label:
                title = history.model.actors[actor].title
                message = f"{title} stands at `{here}` here, and at `{recorded.label}` in the run followed"
                return _stop(history, node, "changed", message)
            node = history.step(Move(actor, recorded.choice))
        except NotEnabled as refusal:
            return _stop(history, node, "impossible", refusal.reason)
        yield node
    return None


def record(history: History, node: Node) -> list[Recorded]:
    """The run that leads to a node, for `follow` in another variant."""
    run = []
    for step in node.path():
        assert step.move is not None
        assert step.parent is not None
        label = history.model.label(step.parent.state, step.move.actor) or ""
        run.append(Recorded(history.model.actors[step.move.actor].letter, step.move.choice, label))
    return run


def drain(generator: Generator[Node, None, T]) -> tuple[list[Node], T]:
    """The nodes and the return value of a generator."""
    nodes = []
    while True:
        try:
            nodes.append(next(generator))
        except StopIteration as end:
            return nodes, end.value


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
    assert node.move is not None
    title = history.model.actors[node.move.actor].title
    label = history.model.label(node.state, node.move.actor)
    here = f"{title} stands at `{label}` here" if label is not None else f"{title} has no further step here"
    there = "had finished" if check == FINISHED_CHECK else "stood at another step"
    return f"the model has changed since this schedule was made: {here}, but {there} then"


def _stop(history: History, node: Node, cause: Literal["impossible", "changed"], message: str) -> Stop:
    return Stop(node.number + 1, cause, message, _possible(history, node))


def _possible(history: History, node: Node) -> tuple[str, ...]:
    """What can be done at a node, in words."""
    sentences = []
    for option in history.options(node):
        title = history.model.actors[option.move.actor].title
        if option.blocked is None:
            choice = "" if option.move.choice is None else f" (choice {option.move.choice})"
            sentences.append(f"{title} can do `{option.label}`{choice}")
    return tuple(sentences)
