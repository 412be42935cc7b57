"""`racewalk list`: the shipped scenarios and their variants."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from racewalk.cli.width import terminal_width
from racewalk.lang.header import Header
from racewalk.lang.render import printable
from racewalk.scenario.catalog import shipped
from racewalk.scenario.groups import grouped

NOTHING = 1


def list_scenarios(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORD...", help="Only scenarios in which all of these occur.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per scenario, one line each.")] = False,
) -> None:
    """List the shipped scenarios and their variants, group by group.

    Words are looked for in names, questions, summaries, groups and kinds of findings. Exit status 1: nothing has them.
    """
    groups = grouped(shipped(), words or [])
    width = max((len(name) for _, scenarios in groups for name, _ in scenarios), default=0)
    for number, (group, scenarios) in enumerate(groups):
        if not as_json:
            rule = "-" * min(len(group), terminal_width())
            print("\n".join([*[""][: number > 0], *_filled("", group), rule]))
        for name, header in scenarios:
            if as_json:
                print(json.dumps(_as_json(name, header)))
            else:
                print("\n".join([*_filled(f"{name:<{width}}  ", header.title), *_variants(header)]))
    if not groups:
        print(printable(f"No scenario has {' and '.join(words or ['anything'])}."), file=sys.stderr)
        raise typer.Exit(NOTHING)


def _variants(header: Header) -> Iterator[str]:
    width = max(20, *map(len, header.variants))
    for variant in header.variants.values():
        yield from _filled(f"  {variant.id:<{width}} {variant.verdict or '':<10} ", variant.summary)


def _filled(begin: str, text: str) -> list[str]:
    """`begin` and the text, in lines that fit; the later ones stand below the text."""
    begin = printable(begin)
    width = terminal_width()
    if len(begin) > width - 20:  # too little room beside it
        return [begin.rstrip(), *_filled("    ", text)]
    lines = wrap(
        printable(text), width, initial_indent=begin, subsequent_indent=" " * len(begin), break_on_hyphens=False
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
