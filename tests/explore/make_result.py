"""Results of searches, for tests of what is said about them."""

from racewalk.explore.verdict import Found, SearchResult, Verdict
from racewalk.model import Finding, Move


def result(
    *found: tuple[str, Verdict, int],
    states: int = 3_321,
    bounds: tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    ends: int = 4,
) -> SearchResult:
    """`found`: kind, verdict, steps of its schedule."""
    return SearchResult(
        found=tuple(Found(Finding(kind, f"{kind} happened"), verdict, (Move(0),) * n) for kind, verdict, n in found),
        covers=dict.fromkeys(covers, 1),
        states=states,
        transitions=states * 2,
        ends=ends,
        depth=20,
        bounds=bounds,
        elapsed_s=0.5,
    )
