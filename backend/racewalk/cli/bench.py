"""`racewalk bench`: the figures that Racewalk holds itself to, measured here and now, as ratios."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from racewalk.cli.input import wrong

ROUNDS, QUICK_ROUNDS = 5, 1
SIZE_NAMES = ("100k", "1M", "3M", "9M", "21M")
QUICK_SIZES = SIZE_NAMES[:1]


class Peer(StrEnum):
    SPIN = "spin"


def bench(
    against: Annotated[Peer | None, typer.Option("--against", help="Measure this beside it, in turns.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="One round, and only the smallest size: too rough to quote.")
    ] = False,
    size: Annotated[
        list[str] | None,
        typer.Option("--size", metavar="NAME", help=f"Of scale-retract: {', '.join(SIZE_NAMES)}; may be repeated."),
    ] = None,
) -> None:
    """Measure whole processes, in medians of five rounds, and print what was measured beside what is aimed at.

    Exit status 0: all aims are met; 1: some are not; 2: what is asked for cannot be measured here.
    """
    sizes = tuple(size) if size else (QUICK_SIZES if quick else SIZE_NAMES)
    if unknown := [name for name in sizes if name not in SIZE_NAMES]:
        wrong(f"scale-retract has no size '{unknown[0]}'", f"there are {', '.join(SIZE_NAMES)}")
    from racewalk.explain.promela import NotExpressible  # seldom needed, and slow to import
    from racewalk.explain.spin import SpinMissing, missing_tools
    from racewalk.scenario.bench import bench as rows
    from racewalk.scenario.stopwatch import ProcessFailed

    if against is Peer.SPIN and (missing := missing_tools()):
        wrong(f"{SpinMissing(missing)}; they are needed only for --against spin")
    fine = True
    try:
        for row in rows(sizes, QUICK_ROUNDS if quick else ROUNDS, against is Peer.SPIN):
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            aim = "" if row.target is None else f"at most {row.target:g}"
            mark = "" if row.met is None else ("yes" if row.met else "NO")
            print(f"{row.what:<78}  {row.ours:>20}  {row.spin:>10}  {ratio:>6}  {aim:<13}  {mark}".rstrip(), flush=True)
            fine = fine and row.met is not False
    except (ProcessFailed, NotExpressible) as error:
        wrong(str(error))
    if not fine:
        raise typer.Exit(1)
