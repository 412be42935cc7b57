"""What a search is asked: from where, for what, in which order, and how far."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from racewalk.explore.bounds import Bounds
from racewalk.model import State
from racewalk.record import value_record

Mode = Literal["prove", "shortest", "switches"]
"""prove: all schedules. shortest: until the goal is met, fewest steps first. switches: likewise, fewest preemptions
first, among them fewest switches, among them fewest steps."""


@value_record
class Goal:
    """What a search that ends early looks for.

    finding   a finding of the kind `text`; with an empty text any that is no warning
    cover     the words of a cover or of a `sometimes` property are met
    label     some actor stands at the step of this label (only the actor `actor`, where one is named)
    """

    kind: Literal["finding", "cover", "label"] = "finding"
    text: str = ""
    actor: int | None = None


@value_record
class Query:
    """`goal` is for `shortest` and `switches`; `prove` reports every finding and cover.

    `start` None is the initial state; `last` is who made the step that led there, None where nobody did: going on with
    another is then no switch. `exact` False allows hash compaction from the first state on, True forbids it, None
    allows it beyond EXACT_STATES states.
    """

    mode: Mode = "prove"
    goal: Goal = Goal()
    start: State | None = None
    last: int | None = None
    bounds: Bounds = field(default_factory=Bounds)
    exact: bool | None = None


EXACT_STATES = 1_000_000
"""So many states are kept whole by default; beyond, only their 64-bit fingerprints are."""
