"""The naive explorer: every reachable state once, breadth-first, in a fixed order, one state at a time.

It asks the model for everything and knows no reduction, no packing and no memory of steps, so it is slow and easy to
believe: it is the witness for the fast search, with which it shares nothing but the model. The first schedule found to
anything is a shortest one. The graph is kept (nine bytes a transition), for the difference between *sometimes* and
*always*, and for livelock (see `racewalk.explore.livelock`), which it looks for in its own way.

A state where a run must end is not expanded: a fatal finding has no successors. Final states are
expanded when a daemon can still move, and count as ends all the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from time import monotonic

from racewalk.amount import count, seconds
from racewalk.explore.bounds import Bounds, Cancelled, Progress, Report, SearchCancelled
from racewalk.explore.verdict import Found, SearchResult, Verdict
from racewalk.model import Finding, Model, Move, State

LOOK_EVERY_S = 0.05
REPORT_EVERY_S = 0.1
STATE_OVERHEAD_BYTES = 290  # of a state in the tables below, besides its own bytes (measured, rounded up)
EDGE_BYTES = 9

ENDED = 0xFFFFFFFF  # the target of a transition with a fatal finding


def explore_naively(
    model: Model,
    bounds: Bounds = Bounds(),  # noqa: B008  (frozen)
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> SearchResult:
    """Search all schedules of a model. Raises SearchCancelled within a fifth of a second of being asked to."""
    return _Search(model, bounds, report, cancelled).run()


class _Search:
    def __init__(self, model: Model, bounds: Bounds, report: Report, cancelled: Cancelled) -> None:
        self.model, self.bounds, self.report, self.cancelled = model, bounds, report, cancelled
        initial = model.initial()
        self.states: list[State] = [initial]
        self.index: dict[State, int] = {initial: 0}
        self.parents: list[tuple[int, Move] | None] = [None]
        self.depths = array("I", [0])
        self.graph = _Graph()
        self.kinds: dict[str, tuple[int, Finding, int, Move | None]] = {}  # kind -> length, finding, state, last move
        self.covers: dict[str, int] = {}
        self.transitions = 0
        self.ends = 0
        self.expanded = 0
        self.started = self.looked = self.reported = monotonic()

    def run(self) -> SearchResult:
        bounds = self._explore()
        elapsed_s = monotonic() - self.started
        found = [
            Found(finding, self._verdict(kind, exhaustive=not bounds), self._schedule(state, move))
            for kind, (_, finding, state, move) in self.kinds.items()
        ]
        found += self._livelock(exhaustive=not bounds)
        found.sort(key=lambda one: len(one.schedule))
        return SearchResult(
            found=tuple(found),
            covers=dict(sorted(self.covers.items(), key=lambda item: item[1])),
            states=len(self.states),
            transitions=self.transitions,
            ends=self.ends,
            depth=self.depths[self.expanded - 1] if self.expanded else 0,
            bounds=bounds,
            elapsed_s=elapsed_s,
        )

    # -- the states ------------------------------------------------------------------------------

    def _explore(self) -> tuple[str, ...]:
        """Expand states in the order of their discovery; returns which bound ended it."""
        model, states, index, graph = self.model, self.states, self.index, self.graph
        first = model.initial_findings(states[0])
        self._note(first, 0, 0, None)
        graph.initial(first)
        if any(finding.fatal for finding in first):
            self.ends = 1
            return ()

        while self.expanded < len(states):
            ended = self._look()
            if ended:
                return ended
            source = self.expanded
            self.expanded += 1
            state, length = states[source], self.depths[source]
            expansion = model.expand(state)
            at_end, is_end = self._end(state, expansion)
            self._note(at_end, length, source, None)
            graph.begin(at_end, is_end)
            self.ends += is_end
            if any(finding.fatal for finding in at_end):
                continue
            for move, outcome in expansion:
                self.transitions += 1
                for words in outcome.covers:
                    self.covers.setdefault(words, length + 1)
                if outcome.findings:
                    self._note(outcome.findings, length + 1, source, move)
                    if outcome.fatal:
                        self.ends += 1
                        graph.edge(move.actor, ENDED, outcome.findings)
                        continue
                target = index.get(outcome.state)
                if target is None:
                    if len(states) >= self.bounds.states:
                        return (count(self.bounds.states, "state"),)
                    target = index[outcome.state] = len(states)
                    states.append(outcome.state)
                    self.parents.append((source, move))
                    self.depths.append(length + 1)
                graph.edge(move.actor, target, outcome.findings)
        return ()

    def _end(self, state: State, expansion: Sequence[tuple[Move, object]]) -> tuple[tuple[Finding, ...], bool]:
        """What a state says as the end of a schedule, and whether it is one."""
        if self.model.is_final(state):
            return self.model.final_findings(state), True
        actors = self.model.actors
        if any(not actors[move.actor].daemon for move, _ in expansion):
            return (), False
        stuck = self.model.stuck_findings(state)
        return stuck, not expansion or any(finding.fatal for finding in stuck)

    def _look(self) -> tuple[str, ...]:
        """Now and then, look at the clock and the cancel flag; returns the bound that is reached."""
        now, bounds = monotonic(), self.bounds
        if now - self.looked < LOOK_EVERY_S and self.expanded:
            return ()
        self.looked = now
        if self.cancelled():
            raise SearchCancelled
        if now - self.reported >= REPORT_EVERY_S:
            self.reported = now
            depth, seen = self.depths[self.expanded], len(self.states)
            self.report(Progress(seen, seen - self.expanded, depth, now - self.started))
        if now - self.started >= bounds.seconds:
            return (seconds(bounds.seconds),)
        size = len(self.states) * (len(self.states[0]) + STATE_OVERHEAD_BYTES) + self.transitions * EDGE_BYTES
        if size >= bounds.memory_bytes:
            return (f"{bounds.memory_bytes / (1 << 20):,.0f} MiB of memory",)
        return ()

    # -- findings ----------------------------------------------------------------------------------

    def _note(self, findings: Sequence[Finding], length: int, state: int, move: Move | None) -> None:
        """Remember the first of the shortest schedules to each kind."""
        for finding in findings:
            known = self.kinds.get(finding.kind)
            if known is None or length < known[0]:
                self.kinds[finding.kind] = (length, finding, state, move)

    def _schedule(self, state: int, last: Move | None) -> tuple[Move, ...]:
        moves = [] if last is None else [last]
        parent = self.parents[state]
        while parent is not None:
            state, move = parent
            moves.append(move)
            parent = self.parents[state]
        moves.reverse()
        return tuple(moves)

    def _verdict(self, kind: str, exhaustive: bool) -> Verdict:
        return "always" if exhaustive and not self.graph.avoidable(kind) else "sometimes"

    def _livelock(self, exhaustive: bool) -> list[Found]:
        """CPUs that go round for ever; what was not expanded may end."""
        actors = self.model.actors
        cpus = {number for number, info in enumerate(actors) if not info.daemon}
        components = [one for one in self.graph.round_for_ever(cpus) if self._caught_in(one)]
        if not components:
            return []
        component = min(components, key=min)
        rounds = sorted(cpus & self.graph.movers_in(component))
        caught = self._caught_in(component)

        def all_of(numbers: list[int]) -> str:
            *most, last = (actors[number].title for number in numbers)
            return f"{', '.join(most)} and {last}" if most else last

        words = f"{all_of(rounds)} {'goes' if len(rounds) == 1 else 'go'} round for ever, and "
        if rounds != caught:
            words += all_of(sorted(caught, key=lambda n: n not in rounds)) + " "
        words += "can never finish"
        verdict: Verdict = "always" if exhaustive and not self.ends else "sometimes"
        return [Found(Finding("livelock", words), verdict, self._schedule(min(component), None))]

    def _caught_in(self, component: set[int]) -> list[int]:
        """The CPUs that never finish there, but for those that are meant to go on for ever."""
        state, infos = self.states[min(component)], enumerate(self.model.actors)
        meant_to_end = [number for number, info in infos if not info.daemon and not info.endless]
        return [number for number in meant_to_end if not self.model.finished(state, number)]


class _Graph:
    """The transitions, each with the set of kinds that it reports; sets are few, so they are numbered."""

    def __init__(self) -> None:
        self.sets: dict[frozenset[str], int] = {frozenset(): 0}
        self.first = array("Q")  # of each expanded state: index of its first transition
        self.end = array("I")  # of each expanded state: 0, or 1 + the set of kinds that its end reports
        self.targets = array("I")
        self.movers = array("B")
        self.reports = array("I")
        self.at_start: frozenset[str] = frozenset()

    def initial(self, findings: Sequence[Finding]) -> None:
        self.at_start = frozenset(finding.kind for finding in findings)

    def begin(self, at_end: Sequence[Finding], is_end: bool) -> None:
        """Transitions added from now on leave the next state."""
        self.first.append(len(self.targets))
        self.end.append(1 + self._set(at_end) if is_end else 0)

    def edge(self, mover: int, target: int, findings: Sequence[Finding]) -> None:
        self.movers.append(mover)
        self.targets.append(target)
        self.reports.append(self._set(findings))

    def _set(self, findings: Sequence[Finding]) -> int:
        if not findings:
            return 0
        return self.sets.setdefault(frozenset(finding.kind for finding in findings), len(self.sets))

    def avoidable(self, kind: str) -> bool:
        """Some complete schedule does not have this kind, or no schedule is complete."""
        having = {number for kinds, number in self.sets.items() if kind in kinds}
        if kind in self.at_start:
            return False
        some_end = any(self.end) or ENDED in self.targets
        if not some_end:
            return True
        seen = bytearray(len(self.first))
        seen[0] = 1
        todo = [0]
        while todo:
            state = todo.pop()
            if self.end[state] and self.end[state] - 1 not in having:
                return True
            for edge in self._edges(state):
                if self.reports[edge] in having:
                    continue
                target = self.targets[edge]
                if target == ENDED:
                    return True
                if not seen[target]:
                    seen[target] = 1
                    todo.append(target)
        return False

    def round_for_ever(self, cpus: set[int]) -> list[set[int]]:
        """States that all lead to each other and nowhere else, by steps of a CPU too."""
        return [one for one in self._components(self._endless()) if not self.movers_in(one).isdisjoint(cpus)]

    def movers_in(self, states: set[int]) -> set[int]:
        return {self.movers[edge] for state in states for edge in self._edges(state)}

    def _edges(self, state: int) -> range:
        return range(self.first[state], self.first[state + 1] if state + 1 < len(self.first) else len(self.targets))

    def _endless(self) -> list[int]:
        """The states from which no end is reached, nor a state that was not expanded."""
        before: dict[int, list[int]] = {}
        todo = []
        for state in range(len(self.first)):
            targets = [self.targets[edge] for edge in self._edges(state)]
            for target in targets:
                before.setdefault(target, []).append(state)
            if self.end[state] or any(target == ENDED or target >= len(self.first) for target in targets):
                todo.append(state)
        ending = set(todo)
        while todo:
            for source in before.get(todo.pop(), ()):
                if source not in ending:
                    ending.add(source)
                    todo.append(source)
        return [state for state in range(len(self.first)) if state not in ending]

    def _components(self, states: list[int]) -> list[set[int]]:
        """Strongly connected components that nothing leaves, of states that nothing leaves (Kosaraju)."""
        before: dict[int, list[int]] = {state: [] for state in states}
        after: dict[int, list[int]] = {}
        for state in states:
            after[state] = [self.targets[edge] for edge in self._edges(state)]
            for target in after[state]:
                before[target].append(state)
        seen: set[int] = set()
        component_of: dict[int, int] = {}
        components: list[set[int]] = []
        for root in reversed([state for start in states for state in _postorder(start, after, seen)]):
            if root in component_of:
                continue
            component, todo = {root}, [root]
            component_of[root] = len(components)
            while todo:
                for source in before[todo.pop()]:
                    if source not in component_of:
                        component_of[source] = len(components)
                        component.add(source)
                        todo.append(source)
            components.append(component)
        return [one for one in components if all(target in one for state in one for target in after[state])]


def _postorder(start: int, after: dict[int, list[int]], seen: set[int]) -> Iterator[int]:
    """The unseen states that follow a state, each after those that follow it."""
    if start in seen:
        return
    seen.add(start)
    path = [(start, iter(after[start]))]
    while path:
        state, rest = path[-1]
        following = next((target for target in rest if target not in seen), None)
        if following is None:
            path.pop()
            yield state
        else:
            seen.add(following)
            path.append((following, iter(after[following])))
