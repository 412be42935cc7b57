"""What a witness says of a program, and where two of them do not say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from racewalk.explore.verdict import SearchResult


class Fact(NamedTuple):
    """`topic` is what is counted or judged; `about` the kind of finding or the words of a cover, if it is about one."""

    topic: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.topic} of {self.about}" if self.about else self.topic


Account = Mapping[Fact, str | int | bool]
"""What one witness says. A fact that it does not mention is that of something never met."""

TOPICS = ("exhaustive", "states", "transitions", "ends", "verdict", "length", "livelock", "cover")
"""What a search of all schedules tells. A livelock has a length too, but not everybody who has lengths looks for it."""

REDUCED_TOPICS = ("exhaustive", "verdict", "covered")
"""What a static reduction keeps."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`sort` stays the same while the program is minimised; `details` are sentences for people."""

    sort: str
    details: tuple[str, ...]


class Difference(NamedTuple):
    fact: Fact
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.fact}: {self.left} and {self.right}"


def account_of(result: SearchResult) -> Account:
    """A search of all schedules in facts. Which of the shortest schedules it found is not among them."""
    told: dict[Fact, str | int | bool] = {
        Fact("exhaustive"): result.exhaustive,
        Fact("states"): result.states,
        Fact("transitions"): result.transitions,
        Fact("ends"): result.ends,
    }
    for found in result.found:
        told[Fact("verdict", found.kind)] = found.verdict
        told[Fact("livelock" if found.kind == "livelock" else "length", found.kind)] = len(found.schedule)
    for words, steps in result.covers.items():
        told[Fact("cover", words)] = steps
        told[Fact("covered", words)] = True
    return told


def differences(left: Account, right: Account, topics: tuple[str, ...]) -> tuple[Difference, ...]:
    """Where two accounts differ on some topics, in the order of the topics."""
    facts = dict.fromkeys([*left, *right])
    ordered = [fact for topic in topics for fact in facts if fact.topic == topic]
    return tuple(
        Difference(fact, str(left.get(fact, "never")), str(right.get(fact, "never")))
        for fact in ordered
        if left.get(fact) != right.get(fact)
    )
