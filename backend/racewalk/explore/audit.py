"""The search under audit: every transition is done by the model as well, and must come out the same.

As slow as the naive explorer, and for the same reason; it is how one finds out which step was learned wrongly.
"""

from __future__ import annotations

from racewalk.explore.bounds import Bounds
from racewalk.explore.clock import Clock
from racewalk.explore.ends import Ends
from racewalk.explore.memo import Arrow, Memo
from racewalk.explore.small import SmallSearch
from racewalk.explore.tally import BrokenPromise, move_of
from racewalk.model import Move, Outcome, PackedModel, Report, State


def audit(model: PackedModel, bounds: Bounds) -> int:
    """Search, then compare every transition of every state found; how many there were. Raises BrokenPromise."""
    memo = Memo(model)
    ends = Ends(memo)
    search = SmallSearch(memo, ends, memo.codes.pack(model.initial()))
    search.run(Clock(bounds, lambda progress: None, lambda: False), widest=1 << 62, aim=None)
    return sum(_audit_state(model, memo, ends, packed) for packed in search.states)


def _audit_state(model: PackedModel, memo: Memo, ends: Ends, packed: int) -> int:
    state = memo.codes.unpack(packed)
    if memo.codes.pack(state) != packed:
        raise BrokenPromise(f"a state is {packed:#x}, and {memo.codes.pack(state):#x} when packed anew")
    done = dict(model.expand(state))
    leaves = [leaf for stands in (memo.cpus, memo.daemons) for leaf in ends.leaves(packed, stands)]
    learned = {move_of(arrow.move): arrow for leaf in leaves for arrow in leaf}
    if set(done) != set(learned):
        raise BrokenPromise(f"{sorted(learned)} can move in a state where the model says {sorted(done)}")
    for move, outcome in done.items():
        _audit_move(model, memo, packed, state, move, outcome, learned[move])
    return len(done)


def _audit_move(
    model: PackedModel, memo: Memo, packed: int, state: State, move: Move, outcome: Outcome, arrow: Arrow
) -> None:
    label = model.label(state, move.actor)
    after = memo.codes.unpack(packed & arrow.keep | arrow.put)
    if not outcome.fatal and after != outcome.state:
        where = [at for at, (a, b) in enumerate(zip(after, outcome.state, strict=True)) if a != b]
        raise BrokenPromise(f"after '{label}' the bytes {where} are not as the model leaves them")
    reported = {Report(f.kind, f.fatal, f.warning) for f in outcome.findings}
    learned = set(arrow.note.reports) if arrow.note is not None else set()
    if reported != learned:
        raise BrokenPromise(f"'{label}' reports {sorted(learned)}, and the model says {sorted(reported)}")
    if arrow.note is not None and not set(arrow.note.covers) <= set(outcome.covers):
        raise BrokenPromise(f"'{label}' covers {arrow.note.covers}, and the model says {outcome.covers}")
