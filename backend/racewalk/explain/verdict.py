"""A verdict as sentences: the answer, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from racewalk.amount import count
from racewalk.explore.query import Goal
from racewalk.explore.verdict import Found, SearchResult

NO_END = "the end of a run"
"""What was never reached when no schedule comes to an end."""


def statement(result: SearchResult, kind: str, variant: str, vacuous: Sequence[str] = ()) -> str:
    """The verdict on one kind of finding with what it rests on, and what makes it worthless if anything does."""
    answer = _answer(result, kind, variant)
    if not vacuous:
        return answer
    return f"{answer} The verdict is vacuous: {'; '.join(map(unreached, vacuous))}."


def answer(result: SearchResult, goal: Goal, variant: str, switches: int = 0, preemptions: int = 0) -> str:
    """Whether some schedule leads to the goal; the counts are those of the schedule that was found."""
    words = goal_words(goal)
    if result.reached is not None:
        steps = count(len(result.reached), "step")
        leads = "leads" if len(result.reached) == 1 else "lead"
        counts = f"{count(switches, 'switch', 'switches')}, {count(preemptions, 'preemption')}"
        return f"Reached: {steps} of {variant} {leads} to {words} ({counts})."
    if result.exhaustive:
        return f"Not reachable: no schedule of {variant} leads to {words}; {_searched(result)}."
    return f"Unknown: the search of {variant} was cut short at its bound of {_ended(result)}, without {words}."


def goal_words(goal: Goal) -> str:
    match goal.kind:
        case "finding":
            return goal.text or "a finding"
        case "cover":
            return f'"{goal.text}"'
        case "label":
            return f"the step '{goal.text}'"


def memory(model: str) -> str:
    """What every verdict holds under."""
    return f"Memory: {model}."


def unreached(words: str) -> str:
    """What it means that a cover, or the end of a run, was never reached."""
    if words == NO_END:
        return "no schedule comes to its end, so no end was ever judged"
    return f'no schedule reaches "{words}"'


def _answer(result: SearchResult, kind: str, variant: str) -> str:
    found = result.get(kind)
    if found is None:
        if result.exhaustive:
            return f"Never: no schedule of {variant} leads to {kind}; {_searched(result)}."
        return (
            f"Unknown: the search of {variant} was cut short at its bound of {_ended(result)}; "
            f"{_sizes(result)} had no {kind.removeprefix('any ').removeprefix('a ')}."
        )
    steps = count(len(found.schedule), "step")
    if found.verdict == "always" and kind == "livelock":
        return f"Always: no schedule of {variant} comes to an end: {_message(found)}; {_searched(result)}."
    if found.verdict == "always":
        return f"Always: every complete schedule of {variant} has {kind}, the first after {steps}; {_searched(result)}."
    leads = "leads" if len(found.schedule) == 1 else "lead"
    return f"Sometimes: {steps} of {variant} {leads} to {kind}: {_message(found)}."


def _message(found: Found) -> str:
    return found.finding.message.rstrip(".")


def _searched(result: SearchResult) -> str:
    if result.states == 1:
        said = f"its only state ({count(result.transitions, 'transition')}) was searched"
    else:
        said = f"all {_sizes(result)} were searched"
    if result.omission:
        said += f"; with probability at most {_at_most(result.omission)} a state was left out"
    return said


def _sizes(result: SearchResult) -> str:
    sizes = f"{count(result.states, 'state')} ({count(result.transitions, 'transition')})"
    if not result.reductions:
        return sizes
    return f"{sizes} of the program reduced by {_listed(result.reductions)}"


def _ended(result: SearchResult) -> str:
    return " and ".join(result.bounds)


def _at_most(probability: float) -> str:
    """One digit, rounded up: 2.1e-06 is at most 3e-06."""
    exponent = floor(log10(probability))
    digit = ceil(probability / 10.0**exponent)
    return f"{digit}e{exponent:+03d}" if digit < 10 else f"1e{exponent + 1:+03d}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
