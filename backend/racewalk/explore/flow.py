"""The order in which facts about continuations flow backwards through a graph.

What can still happen from a state follows from what can happen from its successors. So the states are put into layers,
such that each layer follows from those before it, and a whole layer is computed at once:

    the tail   peeled from the ends backwards: successors lie in earlier layers, so one visit is enough
    the core   states on cycles, and between them: the deepest first, visited again until nothing changes
    the head   peeled from the start forwards, last state first: successors lie in the layers before, so again one visit

An acyclic graph has a tail only. Transitions of a state to itself stand apart: nothing new comes that way. NumPy is
imported with this module, so import it only where a graph is to be analysed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from racewalk.explore.graph import ENDED, Graph

Array = NDArray[Any]


class Layer(NamedTuple):
    """States and their transitions, as ranges in the flow's own order."""

    begin: int
    end: int
    first: int
    last: int


class Flow:
    """The layers of a graph. Whatever is computed of them is in their order; `rank` and `edges` lead there.

    `targets` holds, for each transition that goes on to another state, the rank of that state. Fatal transitions and
    those of a state to itself are not in it: they belong to what is known of a state from the start, its base.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.size = graph.size
        self.first = np.asarray(graph.first, dtype=np.int64)
        self.target = np.asarray(graph.target, dtype=np.int64)
        self.reports = np.asarray(graph.reports)
        self.end = np.asarray(graph.end)
        self.source = np.repeat(np.arange(self.size), np.diff(self.first))
        self.itself = self.target == self.source
        self.fatal = self.target == ENDED
        self._arrange()

    @property
    def acyclic(self) -> bool:
        return not self.core and not self.itself.any()

    def flow(self, base: Array, targets: Array, combine: np.ufunc) -> Array:
        """value[s] = base[s] combined with value[t] for all its transitions, by rank; facts, or sums without a core.

        `base` is by rank and has one more entry, the value of a target that is not followed (rank `size`).
        """
        value = base.copy()
        for layer in self.tail:
            self._relax(value, base, targets, combine, layer)
        changed = bool(self.core)
        while changed:
            before = value[self.core[0].begin : self.core[-1].end].copy()
            for layer in self.core:
                self._relax(value, base, targets, combine, layer)
            changed = bool((before != value[self.core[0].begin : self.core[-1].end]).any())
        for layer in self.head:
            self._relax(value, base, targets, combine, layer)
        return value

    def gather(self, value: Array, targets: Array, combine: np.ufunc, layer: Layer) -> Array:
        """The values of the targets of a layer's transitions, combined for each of its states."""
        begin, end, first, last = layer
        found: Array = combine.reduceat(value[targets[first:last]], self._starts[begin:end] - first)
        return found

    def by_rank(self, of_states: Array, beyond: object = 0) -> Array:
        """What is known by state, by rank, with one entry more."""
        value = np.empty(self.size + 1, of_states.dtype)
        value[:-1] = of_states[self.order]
        value[-1] = beyond
        return value

    def by_state(self, of_ranks: Array) -> Array:
        """The other way round."""
        return of_ranks[self.rank]

    def count(self, edges: Array) -> Array:
        """How many of its transitions have the flag, for each state."""
        return np.bincount(self.source[edges], minlength=self.size)

    def _relax(self, value: Array, base: Array, targets: Array, combine: np.ufunc, layer: Layer) -> None:
        here = slice(layer.begin, layer.end)
        value[here] = combine(base[here], self.gather(value, targets, combine, layer))

    # -- arranging ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        going_on = np.flatnonzero(~(self.fatal | self.itself))
        source, target = self.source[going_on], self.target[going_on]
        out_degree = np.bincount(source, minlength=self.size)
        out_first = _offsets(out_degree)
        in_degree = np.bincount(target, minlength=self.size)
        in_first = _offsets(in_degree)
        predecessors = source[np.argsort(target)]

        sinks = np.flatnonzero(out_degree == 0)
        tail = _peel(out_degree.copy(), in_first, predecessors)
        self.sinks = len(sinks)  # states that go on nowhere come first
        settled = np.zeros(self.size, bool)
        settled[np.concatenate([*tail, sinks])] = True
        head: list[Array] = []
        core: list[Array] = []
        if not settled.all():
            alive = ~settled[source] & ~settled[target]
            degree = np.where(settled, -1, np.bincount(target[alive], minlength=self.size))
            head = [np.flatnonzero(degree == 0), *_peel(degree, out_first, target)]
            settled[np.concatenate(head)] = True
            head = [states for states in reversed(head) if states.size]
            core = self._by_depth(np.flatnonzero(~settled))

        self.order = np.concatenate([sinks, *tail, *core, *head])
        self.rank = np.empty(self.size, np.int64)
        self.rank[self.order] = np.arange(self.size)
        degrees = out_degree[self.order]
        self._starts = _offsets(degrees)
        self.edges = going_on[ranges(out_first[self.order], degrees)]
        self.targets = self.rank[self.target[self.edges]]
        layers = self._layers(len(sinks), [*tail, *core, *head])
        self.tail = layers[: len(tail)]
        self.core = layers[len(tail) : len(tail) + len(core)]
        self.head = layers[len(tail) + len(core) :]

    def _by_depth(self, states: Array) -> list[Array]:
        """The deepest first; states of one depth together."""
        depth = np.asarray(self.graph.depth)[states]
        order = np.argsort(-depth, kind="stable")
        cuts = np.flatnonzero(np.diff(depth[order])) + 1
        return [part for part in np.split(states[order], cuts) if part.size]

    def _layers(self, begin: int, groups: list[Array]) -> list[Layer]:
        layers = []
        for group in groups:
            end = begin + len(group)
            layers.append(Layer(begin, end, int(self._starts[begin]), int(self._starts[end])))
            begin = end
        return layers


def _peel(degree: Array, first: Array, neighbours: Array) -> list[Array]:
    """Layers of states whose degree falls to 0, once those with degree 0 and each earlier layer are taken away."""
    layers: list[Array] = []
    layer = np.flatnonzero(degree == 0)
    mark = np.empty(len(degree), np.int64)
    while True:
        met = neighbours[ranges(first[layer], first[layer + 1] - first[layer])]
        np.subtract.at(degree, met, 1)
        free = met[degree[met] == 0]
        if not free.size:
            return layers
        mark[free] = np.arange(len(free))
        layer = free[mark[free] == np.arange(len(free))]  # each once
        layers.append(layer)


def _offsets(degrees: Array) -> Array:
    """Where each row begins, with the end of the last."""
    offsets = np.zeros(len(degrees) + 1, np.int64)
    np.cumsum(degrees, out=offsets[1:])
    return offsets


def ranges(begins: Array, lengths: Array) -> Array:
    """The numbers of all ranges, one range after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(begins - (ends - lengths), lengths) + np.arange(total)
