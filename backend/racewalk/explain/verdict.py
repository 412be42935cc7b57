"""A verdict as sentences: the answer, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.explore.verdict import SearchResult


def statement(result: SearchResult, kind: str, variant: str, memory_model: str, vacuous: Sequence[str] = ()) -> str:
    """The verdict on one kind of finding, how much was searched, and under which memory model."""
    sentences = [_answer(result, kind), _coverage(result, variant)]
    if vacuous:
        quoted = ", ".join(f'"{words}"' for words in vacuous)
        sentences.append(f"The verdict is vacuous: no schedule reached {quoted}.")
    sentences.append(f"Memory is {memory_model}.")
    return " ".join(sentences)


def _answer(result: SearchResult, kind: str) -> str:
    found = result.get(kind)
    if found is None:
        if result.exhaustive:
            return f"Never: no schedule leads to {kind}."
        return f"Unknown: no schedule searched leads to {kind}."
    steps = _count(len(found.schedule), "step")
    if found.verdict == "always":
        return f"Always: every complete schedule has {kind}; the shortest takes {steps} to it."
    return f"Sometimes: {steps} lead to {kind}: {found.finding.message}."


def _coverage(result: SearchResult, variant: str) -> str:
    states, transitions = _count(result.states, "state"), _count(result.transitions, "transition")
    if result.exhaustive:
        return f"All {states} of {variant} were searched ({transitions})."
    ended = " and ".join(result.bounds)
    return f"The search of {variant} ended at its bound of {ended}, after {states} ({transitions})."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
