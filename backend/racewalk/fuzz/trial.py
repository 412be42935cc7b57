"""One program put before all witnesses, as it is and with its fuses cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from racewalk.explore.bounds import Bounds
from racewalk.fuzz.compare import Account, Disagreement, Fact, differences
from racewalk.fuzz.witness import Asked, Check, Witness
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError, render
from racewalk.scenario.build import build
from racewalk.scenario.built import Built

FILE = "fuzz.c"
LIMITS = Bounds(states=3_000, seconds=5.0)
"""A program with more states is too large; it is counted, and not compared."""


@dataclass(frozen=True, slots=True)
class Trial:
    states: int  # of all searches of the first witness
    too_large: bool
    disagreements: tuple[Disagreement, ...]


def compare(text: str, asked: tuple[Asked, ...], limits: Bounds = LIMITS) -> Trial:
    """Ask all witnesses about a program."""
    states, too_large, found = 0, False, list[Disagreement]()
    for cut_fuses in (False, True) if "fuse" in text else (False,):
        try:
            built = build("fuzz", Bundle.of([(FILE, text)]), None, lambda path: None, cut_fuses)
        except CompileError as error:
            wrong = [one for one in error.diagnostics if one.severity == "error"]
            found.append(Disagreement(f"does not compile: {wrong[0].code}", tuple(map(render, wrong))))
            break
        except Exception as error:  # a crash of ours is what this looks for
            found.append(Disagreement(f"the compiler fails: {type(error).__name__}", (repr(error),)))
            break
        here = _compare(built, asked, limits, " with the fuses cut" if cut_fuses else "")
        states, too_large = states + here.states, too_large or here.too_large
        found += here.disagreements
    return Trial(states, too_large, tuple(found))


def _compare(built: Built, asked: tuple[Asked, ...], limits: Bounds, how: str) -> Trial:
    found: list[Disagreement] = []
    first: tuple[Witness, Account] | None = None
    states = 0
    wider = replace(limits, states=4 * limits.states, seconds=4 * limits.seconds)
    for one in asked:
        try:
            if isinstance(one, Check):
                found += (replace(other, sort=other.sort + how) for other in one.run(built, wider))
                continue
            account = one.ask(built, wider if first is not None else limits)
        except Exception as error:  # as above
            found.append(Disagreement(f"{one.name} fails{how}: {type(error).__name__}", (repr(error),)))
            continue
        if first is not None:
            if account is not None:
                found += _disagreements(*first, one, account, how)
        elif account is not None:
            first, states = (one, account), int(account[Fact("states")])
            if not account[Fact("exhaustive")]:
                return Trial(states, True, tuple(found))
    return Trial(states, False, tuple(found))


def _disagreements(one: Witness, said: Account, other: Witness, account: Account, how: str) -> Iterator[Disagreement]:
    """One for each topic, so that a program can be minimised while they disagree on the same."""
    for topic in one.topics:
        if topic in other.topics:
            unseen = (*one.unseen, *other.unseen)
            unequal = [
                difference for difference in differences(said, account, (topic,)) if difference.fact.about not in unseen
            ]
            if unequal:
                yield Disagreement(f"{one.name} and {other.name} disagree on {topic}{how}", tuple(map(str, unequal)))
