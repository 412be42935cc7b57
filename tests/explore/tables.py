"""Models that are nothing but a table of transitions, for hypothesis to draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st
from racewalk.model import ActorInfo, Event, Finding, Move, NotEnabled, Option, Outcome, State, World

from tests.explore.toys import actors

FATAL = Finding("crash", "it crashed", fatal=True)
BUG = Finding("bug", "it is wrong")
ODD = Finding("odd", "it is odd", warning=True)


@dataclass(frozen=True)
class Row:
    """A state: its moves, each with where it leads and what it reports; what a run reports that ends here."""

    moves: Sequence[tuple[Move, int, tuple[Finding, ...]]] = ()
    final: bool = False
    at_end: tuple[Finding, ...] = ()
    finished: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A `Model`. State i is row i; nobody is ever blocked: whoever cannot go has no move."""

    rows: Sequence[Row]
    actors: Sequence[ActorInfo] = field(default_factory=lambda: actors("cpu", "cpu", "device"))

    def initial(self) -> State:
        return bytes([0])

    def moves(self, state: State) -> list[Option]:
        return [Option(move, f"s{state[0]}") for move, _, _ in self.rows[state[0]].moves]

    def step(self, state: State, move: Move) -> Outcome:
        for one, target, findings in self.rows[state[0]].moves:
            if one == move:
                return Outcome(bytes([target]), findings)
        raise NotEnabled(move, "there is no such move here")

    def expand(self, state: State) -> list[tuple[Move, Outcome]]:
        return [(move, Outcome(bytes([target]), findings)) for move, target, findings in self.rows[state[0]].moves]

    def finished(self, state: State, actor: int) -> bool:
        return actor in self.rows[state[0]].finished

    def is_final(self, state: State) -> bool:
        return self.rows[state[0]].final

    def final_findings(self, state: State) -> tuple[Finding, ...]:
        return self.rows[state[0]].at_end if self.is_final(state) else ()

    def stuck_findings(self, state: State) -> tuple[Finding, ...]:
        return ()

    def initial_findings(self, state: State) -> tuple[Finding, ...]:
        return ()

    def position(self, state: State, actor: int) -> int | None:
        return state[0]

    def label(self, state: State, actor: int) -> str | None:
        return f"s{state[0]}"

    def observe(self, state: State, move: Move) -> Event:
        return Event(f"s{state[0]}", "went on")

    def describe(self, state: State) -> World:
        return {"state": state[0]}


def runs(table: Table, at: int = 0, steps: int = 0) -> Iterator[tuple[tuple[Move, ...], frozenset[str]]]:
    """Every complete schedule of an acyclic table from a state on, with the kinds that it has."""
    row = table.rows[at]
    if row.final or not row.moves:
        yield (), frozenset(finding.kind for finding in row.at_end if row.final)
    for move, target, findings in row.moves:
        kinds = frozenset(finding.kind for finding in findings)
        if any(finding.fatal for finding in findings):
            yield (move,), kinds
        else:
            yield from (((move, *rest), kinds | more) for rest, more in runs(table, target, steps + 1))


@st.composite
def tables(draw: st.DrawFn, acyclic: bool = False, most: int = 7) -> Table:
    size = draw(st.integers(1, most))
    finding_sets = st.sampled_from([(), (), (), (BUG,), (ODD,), (FATAL,), (BUG, ODD), (BUG, FATAL)])
    end_sets = st.sampled_from([(), (BUG,), (ODD,)])
    rows = []
    for at in range(size):
        moves = []
        lowest = at + 1 if acyclic else 0
        for actor in range(3):
            choices = draw(st.sampled_from([0, 0, 1, 1, 2])) if lowest < size else 0
            for choice in range(choices):
                move = Move(actor, choice if choices > 1 else None)
                moves.append((move, draw(st.integers(lowest, size - 1)), draw(finding_sets)))
        rows.append(Row(moves, draw(st.sampled_from([False, False, True])), draw(end_sets)))
    return Table(rows)
