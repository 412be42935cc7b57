"""The scenarios of a catalog under their headings, in the order in which a reader should meet them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from racewalk.lang.header import Header
from racewalk.scenario.build import header_of
from racewalk.scenario.catalog import Catalog

FIRST = ("The mail", "Around the mail", "Stress mixes")
LAST = ("First steps",)
OTHER = "Other questions"
"""What has no group."""

Named = tuple[str, Header]


def grouped(catalog: Catalog, words: Sequence[str] = ()) -> list[tuple[str, list[Named]]]:
    """Each group with its scenarios, by their ids; only those in which every one of the words occurs."""
    groups: dict[str, list[Named]] = {}
    for name in catalog.ids():
        bundle = catalog.bundle(name)
        if bundle is None:
            continue
        header = header_of(bundle)
        if _has(name, header, words):
            groups.setdefault(header.group or OTHER, []).append((name, header))
    return [(group, groups[group]) for group in _ordered(groups)]


def _ordered(groups: Iterable[str]) -> list[str]:
    def rank(group: str) -> tuple[int, str]:
        if group in FIRST:
            return FIRST.index(group), ""
        return len(FIRST) + (group in LAST), group

    return sorted(groups, key=rank)


def _has(name: str, header: Header, words: Sequence[str]) -> bool:
    """Upper and lower case are the same, and a word may stand inside of another."""
    told = [name, header.title, header.summary, header.group, header.asks or ""]
    for variant in header.variants.values():
        told += [variant.id, variant.summary, *variant.expect]
    text = "\n".join(told).casefold()
    return all(word.casefold() in text for word in words)
