"""Whether a variant holds what its file says of it: all schedules searched, every verdict compared.

- A kind that `expect` lists must have just that verdict, and any other kind must be never.
- A bare verdict with no kind asked for (`*`) is about anything that goes wrong.
- Warnings count only where `expect` lists them. Some are looked for only then, or where that is asked.
- A cover or `sometimes` property that nothing reached makes the verdict vacuous, and that fails;
  so does a text whose runs never end, for what is said of their ends was never asked.
- Where the search begins later, what the file expects says nothing, and nothing may go wrong any more.
- A proof must not rest on fuses: where asked, the same is searched with the fuses cut, and must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from racewalk.explain.verdict import unreached
from racewalk.explore.bounds import Bounds, Cancelled, Report
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import Found, SearchResult, Verdict
from racewalk.lang.assemble import Library
from racewalk.lang.header import ANY_KIND
from racewalk.model import Move
from racewalk.record import value_record
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.question import INITIAL, Start
from racewalk.scenario.warned import with_warnings


@value_record
class Judgement:
    built: Built
    result: SearchResult
    vacuous: tuple[str, ...]
    complaints: tuple[str, ...]  # sentences; empty: as expected
    cut: SearchResult | None = None  # the same with the fuses cut
    start: Start = INITIAL

    @property
    def as_expected(self) -> bool:
        return not self.complaints

    @property
    def headline(self) -> str | None:
        """The kind that the headline verdict is about; None: anything that goes wrong."""
        return self.built.variant.asks

    @property
    def already(self) -> bool:
        """The schedule that the search begins after has it, so every run that goes on from there has."""
        return self.headline in self.start.found if self.headline else bool(self.start.found)

    @property
    def verdict(self) -> Verdict:
        return "always" if self.already else verdict_on(self.result, self.headline or ANY_KIND)

    @property
    def expected(self) -> Mapping[str, Verdict]:
        return {} if self.start.moves else self.built.variant.expect

    def moves(self, found: Found) -> tuple[Move, ...]:
        """The schedule to a finding, from the initial state."""
        return (*self.start.moves, *found.schedule)


def judge(
    built: Built,
    bounds: Bounds,
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
    cut_fuses_with: Library | None = None,
    start: Start = INITIAL,
    exact: bool | None = None,
    reductions: Sequence[str] = (),
    warn: Sequence[str] = (),
) -> Judgement:
    """Search all schedules of a variant; with a library also those of its text with the fuses cut.

    `reductions` are made before the search (see `prove`); only where it begins at the initial state. `warn` are
    kinds of `kinds.ASKED_FOR` that are looked for as well, besides those of which the variant expects something.
    """
    if reductions:
        from racewalk.scenario.prove import prove  # seldom needed

        result = prove(built.model, bounds, reductions, exact, report, cancelled)
    else:
        result = search(built.model, start.query("prove", Goal(), bounds, exact), report, cancelled)
    kinds = (*warn, built.variant.asks, *built.variant.expect)
    result = with_warnings(result, built.model, kinds, start.state, bounds, cancelled)
    cut = None
    if cut_fuses_with is not None:
        apart = build(built.name, built.bundle, built.variant.id, cut_fuses_with, cut_fuses=True)
        cut = search(apart.model, Query(bounds=bounds, exact=exact), report, cancelled)
    vacuous = () if start.moves else built.vacuous(result)
    judgement = Judgement(built, result, vacuous, (), cut, start)
    return replace(judgement, complaints=tuple(_complaints(judgement)))


def verdict_on(result: SearchResult, kind: str) -> Verdict:
    """The verdict on a kind, or, for ANY_KIND, on anything that is no warning."""
    if kind != ANY_KIND:
        return result.verdict(kind)
    found = {one.verdict for one in result.found if not one.finding.warning}
    if found:
        return "always" if "always" in found else "sometimes"
    return "never" if result.exhaustive else "unknown"


def _complaints(judgement: Judgement) -> Iterator[str]:
    result, cut = judgement.result, judgement.cut
    if not judgement.start.moves:
        yield from _unexpected(result, judgement.expected)
    if judgement.start.found:
        yield f"the given schedule already has {', '.join(judgement.start.found)}"
    elif judgement.start.moves and any(not one.finding.warning for one in result.found):
        yield "something can still go wrong from there"
    for words in judgement.vacuous:
        yield f"the verdict is vacuous: {unreached(words)}"
    if not result.exhaustive:
        yield f"the search was cut short at its bound of {' and '.join(result.bounds)}, so it proves nothing"
    if cut is not None:
        kinds = dict.fromkeys(one.kind for one in (*result.found, *cut.found) if not one.finding.warning)
        for kind in kinds:
            whole, apart = result.verdict(kind), cut.verdict(kind)
            if whole != apart:
                yield f"with the fuses cut {kind} is {apart}, and not {whole}"


def _unexpected(result: SearchResult, expect: Mapping[str, Verdict]) -> Iterator[str]:
    for kind, expected in expect.items():
        actual = verdict_on(result, kind)
        if actual != expected:
            name = "a finding" if kind == ANY_KIND else kind
            yield f"expected {name} {expected}, and it is {actual}"
    anything = expect.get(ANY_KIND, "never") != "never"
    for one in result.found:
        if one.kind not in expect and not one.finding.warning and not anything:
            yield f"expected no {one.kind}, and it is {one.verdict}: {one.finding.message}"
