"""`racewalk map`: the progress of two actors against each other, and where a finding can still be reached."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, show_warnings, wrong
from racewalk.cli.stats import KindOption, kind_of
from racewalk.cli.width import fitted
from racewalk.explore.bounds import Bounds
from racewalk.lang.render import printable
from racewalk.scenario.progress_map import MapAsked, map_report
from racewalk.scenario.question import WrongQuestion, finding_asked


def show_map(
    target: Target,
    variant: VariantOption = None,
    actors: Annotated[
        str, typer.Option("--actors", "-a", metavar="LETTERS", help="Two of them: ab. None: the first two CPUs.")
    ] = "",
    kind: KindOption = None,
    schedule: Annotated[str, typer.Option("--schedule", "-s", metavar="TEXT", help="Its path is in capitals.")] = "",
    fixed: Annotated[bool, typer.Option("--fixed", help="Only where all others stand as after the schedule.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="Of the graph, which must fit.")] = 200_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Of the search.")] = 30.0,
) -> None:
    """Draw where two actors can stand, and at which pairs of places a finding can still be reached or avoided.

    Exit status 0; 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    wanted = kind_of(built, kind) or finding_asked(built)
    show_warnings([built])
    asked = MapAsked(tuple(actors), wanted, fixed, schedule)
    try:
        told = map_report(built, asked, Bounds(max_states, max_seconds, 4 << 30))
    except WrongQuestion as error:
        wrong(str(error), error.hint)
    if as_json:
        print(json.dumps(told))
        return
    title = f"{built.title}: where can {wanted or 'a finding'} still be reached?"
    for line in (*fitted(title), "", *_told(told)):
        print(printable(line))


def _told(told: dict[str, Any]) -> Iterator[str]:
    from racewalk.explain.progress_map import map_picture  # with NumPy, slow to import

    across, down = told["actors"]
    if told["codes"]:
        yield f"{across['letter']} ({across['title']}, {across['name']}) to the right"
        yield f"{down['letter']} ({down['title']}, {down['name']}) down"
        yield from map_picture(told["codes"], [(column, row) for _, column, row, _ in told["path"]])
        yield ""
        shown = set("".join(told["codes"]))
        for code, words in told["legend"].items():
            if code in shown:
                yield from fitted(f"  {code}  {words}", "     ")
        for lock in told["locks"]:
            what = f"holds {lock['lock']}" if lock["lock"] else f"is in a section ({lock['mode']})"
            mode = f" ({lock['mode']})" if lock["mode"] in ("read", "write") else ""
            yield f"  {lock['actor']}{lock['first']} to {lock['actor']}{lock['last']}: {lock['actor']} {what}{mode}"
        yield ""
    for sentence in told["sentences"]:
        yield from fitted(sentence)
