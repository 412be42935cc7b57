"""Which states have a way to an end, of a space that is searched in arrays and kept whole.

The transitions are noted as they are found, from the number of one state to that of another. Afterwards the ends spread
along them, backwards, until nothing more comes to one: the states that are left go round for ever.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from racewalk.explore.ends import Ends
from racewalk.explore.fingerprints import Flags, Rows
from racewalk.explore.memo import Memo

Numbers = npt.NDArray[np.int32]


class WayOut:
    def __init__(self) -> None:
        self._edges: list[tuple[Numbers, Numbers]] = []
        self._ends: list[Numbers] = []

    @property
    def nbytes(self) -> int:
        return sum(sources.nbytes + targets.nbytes for sources, targets in self._edges)

    def note(self, sources: Rows, targets: Numbers) -> None:
        """Transitions from some states to others, by their numbers."""
        self._edges.append((sources.astype(np.int32), targets))

    def note_ends(self, states: Rows) -> None:
        """A run ends in these, or by a transition of theirs."""
        self._ends.append(states.astype(np.int32))

    def note_small(self, memo: Memo, ends: Ends, states: list[int], expanded: int) -> None:
        """The transitions of the states that were expanded one at a time; states are numbered as in the list."""
        number = {state: n for n, state in enumerate(states)}
        sources, targets, at_end = [], [], []
        for source, state in enumerate(states[:expanded]):
            leaves = list(ends.leaves(state, memo.cpus))
            end = None if any(leaves) else ends.of(state)
            if end is None or not end.fatal:
                leaves += ends.leaves(state, memo.daemons)
            arrows = [arrow for leaf in leaves for arrow in leaf]
            going = [arrow for arrow in arrows if arrow.note is None or not arrow.note.fatal]
            if len(going) < len(arrows) or not arrows or (end is not None and end.is_end):
                at_end.append(source)
            for arrow in going:
                sources.append(source)
                targets.append(number[state & arrow.keep | arrow.put])
        self._edges.append((np.array(sources, np.int32), np.array(targets, np.int32)))
        self._ends.append(np.array(at_end, np.int32))

    def without(self, states: int) -> Flags:
        """Of so many states, those that have no way to an end."""
        out = np.zeros(states, np.bool_)
        for ends in self._ends:
            out[ends] = True
        left = self._edges[::-1]  # the deepest first, for that is where most ends are
        while left:
            before = np.count_nonzero(out)
            rest = []
            for sources, targets in left:
                out[sources[out[targets]]] = True
                open_ = ~out[sources]
                if open_.any():
                    rest.append((sources[open_], targets[open_]))
            left = rest if np.count_nonzero(out) > before else []
        return ~out
