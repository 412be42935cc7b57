"""`racewalk compare`: a scenario before and after an edit, both proved."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, run_command, show_warnings
from racewalk.cli.width import fitted
from racewalk.explore.bounds import Bounds
from racewalk.lang.bundle import Bundle
from racewalk.lang.render import printable
from racewalk.scenario.build import header_of
from racewalk.scenario.built import Built
from racewalk.scenario.prove_both import prove_both

NOT_FIXED = 1


def compare(
    target: Target,
    edited: Annotated[str, typer.Argument(metavar="FILE", help="The same text with an edit.")],
    variant: VariantOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="Of each search.")] = 2_000_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Of each search.")] = 60.0,
) -> None:
    """Prove a scenario and an edited text of it: does the edit repair it, and break nothing?

    Exit status 0: nothing goes wrong after the edit, in any schedule. 1: something does, or that is not known.
    2: the input is wrong.
    """
    before = build_target(*read_target(target), variant)
    name, bundle = read_target(edited)
    after = build_target(name, bundle, variant if variant is not None else _as(before, bundle))
    show_warnings([before, after])
    told = prove_both(before, after, Bounds(states=max_states, seconds=max_seconds))
    if as_json:
        print(json.dumps(told))
    else:
        for line in fitted(printable(told["sentence"])):
            print(line)
        if told["same"]:
            print("Both mean the same program.")
        again = told["replay"]
        if again is not None:
            kinds = ", ".join(again["found"]) or "nothing"
            how = f"cannot be followed to its end ({again['stopped']})" if again["stopped"] else "can still be followed"
            print(printable(f"The schedule that failed before {how}; it meets {kinds}."))
        if told["after"]["schedule"] is not None:
            print(printable(run_command(edited, after, told["after"]["schedule"])))
    if not told["fixed"]:
        raise typer.Exit(NOT_FIXED)


def _as(before: Built, edited: Bundle) -> str | None:
    """The variant to compare with where none was named: the one of that name, if both texts give names."""
    header, name = header_of(edited), before.variant.id
    both = before.header.has_name(name) and all(map(header.has_name, header.variants))
    return name if both else None
