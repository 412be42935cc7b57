"""The twin of a schedule, against all runs of small models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from racewalk.explore.flow import Flow
from racewalk.explore.graph import graph_of
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.twin import NoTwin, Twin, has_finding, twin_of
from racewalk.model import Model, Move

from tests.explore.tables import FATAL, Table, tables
from tests.explore.toys import locked_update, lost_update, philosophers

Moves = tuple[Move, ...]


def run(text: str) -> Moves:
    return tuple(Move(ord(letter) - ord("a")) for letter in text)


def text(moves: Moves) -> str:
    return "".join(chr(ord("a") + move.actor) for move in moves)


def twin(model: Model, moves: Moves, kind: str | None = None) -> Twin:
    flow = Flow(graph_of(model))
    wanted = Occurrence(flow, kind)
    return twin_of(wanted, wanted, moves)


def test_the_twin_of_a_lost_update_stores_before_the_other_loads() -> None:
    told = twin(lost_update(), run("abab"), "lost-update")

    assert (text(told.failing), text(told.passing)) == ("abab", "aabb")
    assert (told.given, told.shared, told.edits, told.nearest, told.decided) == ("failing", 1, 1, True, True)


def test_the_twin_of_a_good_run_lets_the_other_load_in_between() -> None:
    told = twin(lost_update(), run("aabb"), "lost-update")

    assert (told.given, told.shared, told.edits) == ("passing", 1, 1)
    assert text(told.failing) == "abab"


def test_what_comes_after_the_finding_is_left_out() -> None:
    model = philosophers(2)

    assert text(twin(model, run("ab"), "deadlock").failing) == "ab"
    assert twin(model, run("ab"), "deadlock").shared == 1


def test_a_run_that_is_not_at_its_end_goes_on_to_the_finding() -> None:
    told = twin(lost_update(), run("ab"), "lost-update")

    assert (told.given, told.shared, text(told.passing)) == ("passing", 2, "ab")
    assert text(told.failing) in ("abab", "abba")


def test_where_nothing_fails_there_is_no_twin() -> None:
    with pytest.raises(NoTwin, match="no schedule has it"):
        twin(locked_update(), run("aaaabbbb"), "lost-update")


def passing_runs(table: Table, kind: str, at: int = 0) -> Iterator[Moves]:
    """Complete runs that never have it, nor stand where a run would end with it."""
    row = table.rows[at]
    if row.final and any(finding.kind == kind for finding in row.at_end):
        return
    if row.final or not row.moves:
        yield ()
    for move, target, findings in row.moves:
        if FATAL not in findings and all(finding.kind != kind for finding in findings):
            yield from ((move, *rest) for rest in passing_runs(table, kind, target))


def failing_runs(table: Table, kind: str, at: int = 0) -> Iterator[Moves]:
    """Runs that end with it."""
    row = table.rows[at]
    if row.final and any(finding.kind == kind for finding in row.at_end):
        yield ()
        return
    for move, target, findings in row.moves:
        if any(finding.kind == kind for finding in findings):
            yield (move,)
        elif FATAL not in findings:
            yield from ((move, *rest) for rest in failing_runs(table, kind, target))


def common(one: Moves, other: Moves) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def edits(failing: Moves, passing: Moves) -> int:
    """The fewest moves left out and put in, to make of the failing run some beginning of the passing one."""
    row = list(range(len(failing) + 1))
    best = row[-1]
    for number, move in enumerate(passing, 1):
        before, row = row, [number]
        for at, other in enumerate(failing, 1):
            row.append(before[at - 1] if move == other else 1 + min(before[at], row[-1]))
        best = min(best, row[-1])
    return best


def nearest(given: Moves, others: Sequence[Moves], failing: bool) -> tuple[int, int]:
    shared = max(common(given, other) for other in others)
    rests = [other[shared:] for other in others if common(given, other) == shared]
    rest = given[shared:]
    return shared, min(edits(rest, other) if failing else edits(other, rest) for other in rests)


@given(tables(acyclic=True, most=6))
def test_no_run_shares_more_with_a_schedule_or_differs_less_than_its_twin(table: Table) -> None:
    for kind in ("bug", "crash"):
        failing, passing = list(failing_runs(table, kind)), list(passing_runs(table, kind))
        for moves in failing[:4]:
            if not passing or not moves:
                with pytest.raises(NoTwin):
                    twin(table, moves, kind)
                continue
            told = twin(table, moves, kind)

            assert told.failing == moves
            assert told.passing in passing
            assert (told.shared, told.edits) == nearest(moves, passing, failing=True)
        for moves in passing[:4]:
            if not failing:
                with pytest.raises(NoTwin):
                    twin(table, moves, kind)
                continue
            told = twin(table, moves, kind)

            assert told.passing == moves
            assert told.failing in failing
            assert (told.shared, told.edits) == nearest(moves, failing, failing=False)


@given(tables(acyclic=True))
def test_pairs_are_the_same_moves_in_the_same_order(table: Table) -> None:
    for moves in list(failing_runs(table, "bug"))[:4]:
        try:
            told = twin(table, moves, "bug")
        except NoTwin:
            continue
        assert all(told.failing[one] == told.passing[other] for one, other in told.pairs)
        assert list(told.pairs) == sorted(told.pairs)
        assert all(one >= told.shared and other >= told.shared for one, other in told.pairs)


def test_a_schedule_has_its_finding_after_the_step_that_reports_it() -> None:
    wanted = Occurrence(Flow(graph_of(lost_update())), "lost-update")

    assert has_finding(wanted, run("abab")) == 4
    assert has_finding(wanted, run("aba")) is None
