"""`racewalk list`: the shipped scenarios and their variants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from racewalk.lang.header import Header
from racewalk.lang.render import printable
from racewalk.scenario.build import header_of
from racewalk.scenario.catalog import shipped

WIDTH = 100


def list_scenarios(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per scenario, one line each.")] = False,
) -> None:
    """List the shipped scenarios and their variants."""
    catalog = shipped()
    for name in catalog.ids():
        bundle = catalog.bundle(name)
        if bundle is None:
            continue
        header = header_of(bundle)
        if as_json:
            print(json.dumps(_as_json(name, header)))
        else:
            print("\n".join([*_filled(f"{name:<16} ", header.title), *_variants(header)]))


def _variants(header: Header) -> Iterator[str]:
    for variant in header.variants.values():
        yield from _filled(f"  {variant.id:<20} {variant.verdict or '':<10} ", variant.summary)


def _filled(begin: str, text: str) -> list[str]:
    """`begin` and the text, in lines that fit; the later ones stand below the text."""
    begin = printable(begin)
    lines = wrap(
        printable(text), WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin), break_on_hyphens=False
    )
    return lines or [begin.rstrip()]


def _as_json(name: str, header: Header) -> dict[str, object]:
    return {
        "id": name,
        "title": header.title,
        "summary": header.summary,
        "group": header.group,
        "asks": header.asks,
        "begin": header.first_shown,
        "variants": [
            {"id": v.id, "summary": v.summary, "verdict": v.verdict, "expect": dict(v.expect)}
            for v in header.variants.values()
        ],
    }
