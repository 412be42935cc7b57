"""What depends on a branch: the classic facts of control dependence, per actor.

A branch decides until its two ways meet again, at its immediate postdominator; what runs before that runs because of
it. A register that is assigned on one of the ways and still needed where they meet depends on it, too.

    before   if (READ_ONCE(vma->anon_vma)) continue; ...; pte_free_defer(table);  next:
    after    the branch decides up to `next:`, so that clearing the PMD in between is done because of it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from racewalk.program.code import Branch, Instr
from racewalk.program.program import ActorCode
from racewalk.program.reach import assigned_in, reachable, successors
from racewalk.program.reduce.live import live_registers
from racewalk.program.values import Register

NO_REGISTERS: frozenset[Register] = frozenset()


@dataclass(slots=True)
class _Exits:
    """Where the ways of a code end: at its end, and where a daemon may rest."""

    code: list[Instr]
    rests: frozenset[int]

    def successors(self, at: int) -> list[int]:
        """Where control goes within a round; `len(code)` is outside."""
        following = [len(self.code) if index in self.rests else index for index in successors(self.code, at)]
        return following or [len(self.code)]


@dataclass
class Dependence:
    """The facts of one actor's code; instructions are named by their index."""

    actor: ActorCode
    _merges: dict[int, frozenset[Register]] = field(default_factory=dict)

    @cached_property
    def live(self) -> list[frozenset[Register]]:
        """For each instruction the registers that it, or what follows, may read before they are assigned."""
        return live_registers(self.actor.instrs)

    @cached_property
    def rests(self) -> frozenset[int]:
        """The instructions at which a daemon has done with a round."""
        return frozenset(self.actor.steps[position].at for position in self.actor.rests)

    def meets(self, branch: int) -> int | None:
        """Where the two ways of a branch meet again; None where they do not before the end."""
        met = self._meets.get(branch)
        return None if met == len(self.actor.instrs) else met

    def merged(self, branch: int) -> frozenset[Register]:
        """The registers that a branch decides about: assigned on one of its ways, and needed where they meet."""
        if branch not in self._merges:
            self._merges[branch] = self._merged(branch)
        return self._merges[branch]

    def _merged(self, branch: int) -> frozenset[Register]:
        end = self.meets(branch)
        if end is None:
            return NO_REGISTERS
        exits, code = self._exits, self.actor.instrs
        seen: set[int] = set()
        todo = exits.successors(branch)
        while todo:
            at = todo.pop()
            if at not in seen and at != end and at < len(code):
                seen.add(at)
                todo += exits.successors(at)
        assigned = NO_REGISTERS.union(*(assigned_in(code[at]) for at in seen))
        return assigned & self.live[end]

    @property
    def _exits(self) -> _Exits:
        return _Exits(self.actor.instrs, self.rests)

    @cached_property
    def _meets(self) -> dict[int, int]:
        """The immediate postdominators of branches, after Cooper, Harvey and Kennedy, on the graph turned round."""
        code = self.actor.instrs
        outside, exits = len(code), self._exits
        following = {at: exits.successors(at) for at in reachable(code)}
        order = _post_order(following, outside)
        found: dict[int, int] = {outside: outside}
        changed = True
        while changed:
            changed = False
            for at in sorted(order, key=order.__getitem__, reverse=True):
                if at == outside:
                    continue
                known = [index for index in following[at] if index in found]
                if not known:
                    continue
                nearest = known[0]
                for index in known[1:]:
                    nearest = _common(nearest, index, found, order)
                if found.get(at) != nearest:
                    found[at] = nearest
                    changed = True
        return {at: index for at, index in found.items() if at < outside and isinstance(code[at], Branch)}


def _post_order(following: dict[int, list[int]], outside: int) -> dict[int, int]:
    """The number of each instruction from which the outside can be reached, walking backwards from there."""
    before: dict[int, list[int]] = {}
    for at, targets in following.items():
        for target in targets:
            before.setdefault(target, []).append(at)
    order: dict[int, int] = {}
    seen = {outside}
    todo: list[tuple[int, bool]] = [(outside, False)]
    while todo:
        at, done = todo.pop()
        if done:
            order[at] = len(order)
            continue
        todo.append((at, True))
        for source in before.get(at, []):
            if source not in seen:
                seen.add(source)
                todo.append((source, False))
    return order


def _common(one: int, two: int, found: dict[int, int], order: dict[int, int]) -> int:
    while one != two:
        while order[one] < order[two]:
            one = found[one]
        while order[two] < order[one]:
            two = found[two]
    return one
