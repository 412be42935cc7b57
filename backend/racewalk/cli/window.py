"""`racewalk window`: how hard a finding is to hit, where the window is, and where to delay to hit it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, run_command, show_warnings
from racewalk.cli.stats import KindOption, kind_of
from racewalk.cli.width import fitted, say_what_was_broken
from racewalk.explore.bounds import Bounds
from racewalk.lang.render import printable
from racewalk.scenario.question import finding_asked
from racewalk.scenario.window import window_report


def window(
    target: Target,
    variant: VariantOption = None,
    kind: KindOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="With more states it is sampled.")] = 200_000,
    max_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Of each search.")] = 30.0,
) -> None:
    """Tell which preemption opens the window of a finding, how wide it is, and where an mdelay() would hit it.

    Exit status 0; 2: the input is wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant)
    wanted = kind_of(built, kind) or finding_asked(built)
    show_warnings([built])
    told = window_report(built, wanted, Bounds(max_states, max_seconds, 4 << 30))
    if as_json:
        print(json.dumps(told))
        return
    title = f"{built.title}: where is the window of {wanted or 'a finding'}?"
    sentences = [printable(sentence) for sentence in (title, "", *told["how_often"], "", *told["sentences"])]
    for sentence in sentences:
        for line in fitted(sentence):
            print(line)
    if told["schedule"] is not None:
        print(f"\n{printable(run_command(target, built, told['schedule']))}")
    say_what_was_broken(sentences)
