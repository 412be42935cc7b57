"""How the actors stand at a node of a run: who can do what, and who waits for what, in sentences.

The sentences have no full stop, so that they can be items of a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.model import Move, Option
from racewalk.session.history import History, Node
from racewalk.session.words import told_of


def possible(model: ScenarioModel, history: History, node: Node) -> tuple[str, ...]:
    """One sentence for each move that a node offers."""
    return tuple(sentence for _, sentence in offered(model, history, node))


def offered(model: ScenarioModel, history: History, node: Node) -> list[tuple[Move, str]]:
    """Each move that a node offers, with its sentence."""
    return [(one.move, _can(model, node, one)) for one in history.options(node) if one.blocked is None]


def waiting(model: ScenarioModel, history: History, node: Node) -> tuple[str, ...]:
    """One sentence for each CPU that has a step there and cannot do it."""
    return tuple(dict.fromkeys(_waiting(model, history, node)))


def _waiting(model: ScenarioModel, history: History, node: Node) -> Iterator[str]:
    for option in history.options(node):
        info = model.actors[option.move.actor]
        if option.blocked is not None and not info.daemon:
            yield told_of(info.title, option.blocked)


def _can(model: ScenarioModel, node: Node, option: Option) -> str:
    actor, choice = option.move
    position = model.position(node.state, actor)
    assert position is not None, "an option is a step of an actor that has one"
    words = model.program.actors[actor].steps[position].words
    which = "" if choice is None else f" (choice {choice})"
    return f"{model.actors[actor].title} can {words}{which}"
