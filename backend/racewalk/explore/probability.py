"""A probability, and how it was found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Probability:
    """`value` lies in low .. high.

    exact     but for rounding
    iterated  with cycles: closed in on from below and above; the true value lies in the interval for certain
    sampled   from random walks; the true value lies in the interval with a confidence of 95 %
    """

    value: float
    low: float
    high: float
    method: Literal["exact", "iterated", "sampled"]
