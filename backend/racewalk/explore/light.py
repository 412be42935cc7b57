"""What lies ahead of a state, or of a move, with respect to one kind of finding."""

from __future__ import annotations

from enum import IntEnum


class Light(IntEnum):
    OUT_OF_REACH = 0  # no continuation has the finding
    REACHABLE = 1  # some have it, and some complete one has not
    UNAVOIDABLE = 2  # every complete continuation has it
    ENDLESS = 3  # some have it, but none is complete: every run goes on for ever
    NOW = 4  # of a move: it reports the finding, or the state that it leads to does so as the end of a run
