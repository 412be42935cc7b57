"""`racewalk fuzz`: random programs, on which all who search must agree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Annotated

import typer

from racewalk.amount import count
from racewalk.cli.input import wrong
from racewalk.explain.spin import SpinMissing, missing_tools
from racewalk.explore.bounds import Bounds
from racewalk.fuzz.campaign import Tally, campaign, minimised
from racewalk.fuzz.generate import generate
from racewalk.fuzz.tree import text_of
from racewalk.fuzz.trial import LIMITS, Trial
from racewalk.fuzz.witness import OTHERS, witnesses
from racewalk.lang.diagnostics import did_you_mean

DISAGREE = 1
CANCELLED = 130
MINIMISED = 5  # so many programs are minimised; of others only the seed is told
TELL_EVERY_S = 0.2


def fuzz(
    programs: Annotated[int, typer.Option(metavar="N", min=1, help="How many.")] = 300,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Of the first program; the others have those that follow.")
    ] = 0,
    against: Annotated[str, typer.Option(metavar="NAME,...", help=f"Of {', '.join(OTHERS)}.")] = "naive",
    jobs: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Processes.")] = 1,
    max_states: Annotated[int, typer.Option(metavar="N", min=1, help="A larger program is skipped.")] = LIMITS.states,
    max_seconds: Annotated[
        float, typer.Option(metavar="S", min=0.1, help="Likewise, for each search.")
    ] = LIMITS.seconds,
    show: Annotated[bool, typer.Option("--show", help="Print the programs, and compare nothing.")] = False,
) -> None:
    """Generate random programs and compare what the search says of each with what others say.

    A disagreement is printed with its program, minimised. The same seed gives the same program.

    Exit status 0: all agree. 1: somebody disagrees. 2: the input is wrong. 130: stopped by Ctrl-C, and all agreed.
    """
    names = _names(against)
    seeds = range(seed, seed + programs)
    if show:
        for number in seeds:
            print(f"// seed {number}\n{text_of(generate(number))}")
        return
    limits = Bounds(states=max_states, seconds=max_seconds)
    tally, started, stopped = Tally(), monotonic(), False
    with _progress(tally, programs) as tell:
        try:
            for number, trial in campaign(seeds, names, limits, jobs):
                tally.count(trial)
                if trial.disagreements:
                    tell("")
                    _show(number, trial, names, limits, tally.disagreeing <= MINIMISED)
                tell()
        except KeyboardInterrupt:
            stopped = True
    print(_summary(tally, monotonic() - started, programs if stopped else None))
    if tally.disagreeing:
        raise typer.Exit(DISAGREE)
    if stopped:
        raise typer.Exit(CANCELLED)


def _names(against: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in against.split(",") if name.strip()))
    for name in names:
        if name not in OTHERS:
            wrong(f"there is no witness '{name}'", did_you_mean(name, OTHERS) or f"there is {', '.join(OTHERS)}")
    if "spin" in names and (missing := missing_tools()):
        wrong(str(SpinMissing(missing)))
    if not names:
        wrong("nobody is named to compare with", f"there is {', '.join(OTHERS)}")
    return names


def _show(seed: int, trial: Trial, names: tuple[str, ...], limits: Bounds, minimise: bool) -> None:
    """A disagreement, and the program that shows it, ready to be checked."""
    for one in trial.disagreements:
        print(f"seed {seed}: {one.sort}")
        for sentence in one.details:
            print(f"  {sentence}")
    if minimise:
        print(f"\n{minimised(seed, trial.disagreements[0], witnesses(names), limits)}", flush=True)


def _summary(tally: Tally, seconds: float, wanted: int | None) -> str:
    """`wanted` programs there should have been, where it was interrupted."""
    said = count(tally.programs, "program") + (f" of {wanted:,}" if wanted is not None else "")
    skipped = f"{tally.too_large:,} too large to compare"
    number = count(tally.disagreeing, "disagreement")
    return f"{said}, {skipped}, {count(tally.states, 'state')}; {number}; {seconds:.1f} s"


class _Line:
    """A line on the terminal that tells how far it has come."""

    def __init__(self, tally: Tally, programs: int) -> None:
        self._tally, self._programs, self._told = tally, programs, 0.0

    def __call__(self, text: str | None = None) -> None:
        """Tell, not too often; a text stands for the line at once."""
        if text is None and monotonic() - self._told < TELL_EVERY_S:
            return
        self._told, tally = monotonic(), self._tally
        said = (
            f"{tally.programs:,} of {count(self._programs, 'program')}, {count(tally.states, 'state')}, "
            f"{count(tally.disagreeing, 'disagreement')}"
        )
        print(f"\r\x1b[K{said if text is None else text}", end="", file=sys.stderr, flush=True)


@contextmanager
def _progress(tally: Tally, programs: int) -> Iterator[_Line]:
    line = _Line(tally, programs)
    if not sys.stderr.isatty():
        line = _Silent(tally, programs)
    try:
        yield line
    finally:
        line("")


class _Silent(_Line):
    def __call__(self, text: str | None = None) -> None:
        """Nobody looks."""
