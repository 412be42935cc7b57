"""What a schedule amounts to: its text and its figures, without the history that a person would walk through."""

from __future__ import annotations

from collections.abc import Iterable

from racewalk.model import Model, Move
from racewalk.record import value_record
from racewalk.session.history import switch_between
from racewalk.session.schedule import Entry, label_check, one_check_per_run, print_schedule


@value_record
class Summary:
    text: str  # as `History.schedule` gives it
    steps: int
    switches: int
    preemptions: int
    last_step: int | None  # index of the last step, in its actor's step table


def summary_of(model: Model, moves: Iterable[Move]) -> Summary:
    """The summary of moves that the model can follow."""
    state, entries, switches, position = model.initial(), [], [], None
    before: int | None = None
    for move in moves:
        if before is not None and (switch := switch_between(model, state, before, move.actor)) is not None:
            switches.append(switch)
        before, position = move.actor, model.position(state, move.actor)
        state = model.step(state, move).state
        check = label_check(model.label(state, move.actor))
        entries.append(Entry(model.actors[move.actor].letter, move.choice, check))
    text = print_schedule(one_check_per_run(entries))
    return Summary(text, len(entries), len(switches), sum(switch.preemption for switch in switches), position)


def schedule_of(model: Model, moves: Iterable[Move]) -> str:
    """The text of a schedule that the model can follow."""
    return summary_of(model, moves).text
