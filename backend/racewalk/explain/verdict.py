"""A verdict as sentences: the answer, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.explore.verdict import Found, SearchResult

NO_END = "the end of a run"
"""What was never reached when no schedule comes to an end."""


def statement(result: SearchResult, kind: str, variant: str, vacuous: Sequence[str] = ()) -> str:
    """The verdict on one kind of finding with what it rests on, and what makes it worthless if anything does."""
    answer = _answer(result, kind, variant)
    if not vacuous:
        return answer
    return f"{answer} The verdict is vacuous: {'; '.join(map(unreached, vacuous))}."


def memory(model: str) -> str:
    """What every verdict holds under."""
    return f"Memory: {model}."


def unreached(words: str) -> str:
    """What it means that a cover, or the end of a run, was never reached."""
    if words == NO_END:
        return "no schedule comes to its end, so `finally` was never asked"
    return f'no schedule reaches "{words}"'


def _answer(result: SearchResult, kind: str, variant: str) -> str:
    found = result.get(kind)
    if found is None:
        if result.exhaustive:
            return f"Never: no schedule of {variant} leads to {kind}; {_searched(result)}."
        ended = " and ".join(result.bounds)
        sizes = f"{_count(result.states, 'state')} ({_count(result.transitions, 'transition')})"
        return f"Unknown: the search of {variant} was cut short at its bound of {ended}; {sizes} had no {kind}."
    steps = _count(len(found.schedule), "step")
    if found.verdict == "always" and kind == "livelock":
        return f"Always: no schedule of {variant} comes to an end: {_message(found)}; {_searched(result)}."
    if found.verdict == "always":
        return f"Always: every complete schedule of {variant} has {kind}, the first after {steps}; {_searched(result)}."
    leads = "leads" if len(found.schedule) == 1 else "lead"
    return f"Sometimes: {steps} of {variant} {leads} to {kind}: {_message(found)}."


def _message(found: Found) -> str:
    return found.finding.message.rstrip(".")


def _searched(result: SearchResult) -> str:
    states, transitions = _count(result.states, "state"), _count(result.transitions, "transition")
    if result.states == 1:
        return f"its only state ({transitions}) was searched"
    return f"all {states} ({transitions}) were searched"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
