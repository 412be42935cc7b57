"""One schedule in two variants: how far both go the same way, what each does where they part, and what each ends in.

Only the moves count, not what they were checked with: they are followed in either variant as far as they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from racewalk.amount import count
from racewalk.explain.wrap import cut
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.session.history import History, Node
from racewalk.session.replay import Stop, drain, replay
from racewalk.session.schedule import Entry
from racewalk.session.words import told_of

MOST_CHARS = 120  # of what a step did


@dataclass(frozen=True, slots=True)
class Followed:
    """A run in one variant; `stop` says why it is not followed to its end."""

    built: Built
    history: History
    path: Sequence[Node]
    stop: Stop | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it finds, warnings apart, each once."""
        found = (finding for node in (self.history.root, *self.path) for finding in node.findings)
        return tuple(dict.fromkeys(finding.kind for finding in found if not finding.warning))


def followed(built: Built, moves: Sequence[Entry]) -> Followed:
    history = History(built.model)
    path, stop = drain(replay(history, [Entry(move.letter, move.choice) for move in moves]))
    return Followed(built, history, path, stop)


def parting(left: Followed, right: Followed) -> int | None:
    """Number of the first step that is another one in the other variant, or that only one can do; None: there is none.

    Steps are the same when they have the same label: the same text of the same function.
    """
    for one, other in zip(left.path, right.path, strict=False):
        assert one.event is not None
        assert other.event is not None
        if one.event.label != other.event.label:
            return one.number
    shorter, longer = sorted((len(left.path), len(right.path)))
    return shorter + 1 if shorter < longer else None


def parting_words(left: Followed, right: Followed) -> list[str]:
    """Sentences about it."""
    number = parting(left, right)
    names = (left.built.variant.id, right.built.variant.id)
    ends = [_end(one) for one in (left, right)]
    if number is None:
        same = f"{names[0]} and {names[1]} go the same way for {count(len(left.path), 'step')}"
        if left.stop is not None:
            return [f"{same}; neither can go on: {_refusal(left)}."]
        return [f"{same}, to the end of the run.", *_ends(ends)]
    begin = f"Both go the same way for {count(number - 1, 'step')}." if number > 1 else "They part at once."
    said = [_deed(one, number) for one in (left, right)]
    return [begin, f"At step {number} {said[0]}; {said[1]}.", *_ends(ends)]


def _deed(one: Followed, number: int) -> str:
    """What a variant does at a step, or why it cannot."""
    name = one.built.variant.id
    if number > len(one.path):
        if one.stop is None:
            return f"the run of {name} is over"
        return f"{name} cannot go on: {_refusal(one)}"
    node = one.path[number - 1]
    assert node.event is not None
    assert node.move is not None
    assert node.step is not None
    step = one.built.model.program.actors[node.move.actor].steps[node.step]
    text = " ".join(step.text.split())
    who = one.built.model.actors[node.move.actor].title
    return printable(f"{who} of {name} {cut(node.event.words, MOST_CHARS)}, with `{cut(text, MOST_CHARS)}`")


def _refusal(one: Followed) -> str:
    assert one.stop is not None
    if one.stop.actor is None or one.stop.message.startswith(one.built.model.actors[one.stop.actor].title):
        return printable(one.stop.message)
    return printable(told_of(one.built.model.actors[one.stop.actor].title, one.stop.message))


def _end(one: Followed) -> str:
    met = " and ".join(one.kinds) or "nothing"
    far = "" if one.stop is None else f", as far as it goes (step {len(one.path)})"
    return f"{one.built.variant.id} meets {met}{far}"


def _ends(ends: Sequence[str]) -> list[str]:
    return [f"On this schedule {ends[0]}; {ends[1]}."]
