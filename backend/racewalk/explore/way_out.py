"""Which states have a way to an end, of a space that is searched in arrays and kept whole.

The transitions are noted as they are found, from the number of one state to that of another. Afterwards the ends spread
along them, backwards, until nothing more comes to one: the states that are left go round for ever.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from racewalk.explore.endless import comes_to_an_end
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

    def all_have_one(self, states: int, memo: Memo, ends: Ends, small: list[int], expanded: int) -> bool:
        """Every one of so many states has a way to an end.

        The first of them are `small`, those that were found one at a time; `expanded` of these, one at a time too.
        """
        out = np.zeros(states, np.bool_)
        for numbers in self._ends:
            out[numbers] = True
        number = {state: n for n, state in enumerate(small)}
        before = -1
        while before < (now := int(np.count_nonzero(out))) < states:
            before = now
            self._spread(out)
            ending = bytearray(out[: len(small)])

            def has_one(state: int, ending: bytearray = ending) -> bool:
                return bool(ending[number[state]])

            for n in range(expanded - 1, -1, -1):  # the deepest first: then nearly always the first successor has one
                if not ending[n] and comes_to_an_end(memo, ends, small[n], has_one):
                    ending[n] = 1
            out[: len(small)] = np.frombuffer(ending, np.bool_)
        return now == states

    def _spread(self, out: Flags) -> None:
        """What leads to a state with a way to an end has one, too."""
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
