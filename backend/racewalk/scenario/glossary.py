"""Where the words of the glossary occur.

A word is found as it is spelled, also with a capital letter in front or an s behind, where it stands alone; a space is
any white space. The page finds words by the same rule (`frontend/src/lib/glossary.ts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from racewalk.scenario.catalog import Catalog


def pattern_of(spellings: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the spellings; the longest first, so that "VMA lock" is not taken for "VMA"."""
    ordered = sorted(spellings, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_spelled, ordered))})(?!\w)", re.ASCII)


def _spelled(word: str) -> str:
    first, rest = word[0], re.escape(word[1:]).replace(r"\ ", r"\s+")
    head = f"[{first}{first.upper()}]" if first.isascii() and first.islower() else re.escape(first)
    return f"{head}{rest}s?" if word[-1].isalnum() else f"{head}{rest}"


def appearances(terms: Mapping[str, Iterable[str]], catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """For each term, given with its spellings, the scenarios whose own text has it."""
    patterns = {term: pattern_of(spellings) for term, spellings in terms.items()}
    found: dict[str, list[str]] = {term: [] for term in terms}
    for name in catalog.ids():
        bundle = catalog.bundle(name)
        if bundle is None:
            continue
        text = next(text for _, text in bundle)
        for term, pattern in patterns.items():
            if pattern.search(text):
                found[term].append(name)
    return {term: tuple(names) for term, names in found.items()}
