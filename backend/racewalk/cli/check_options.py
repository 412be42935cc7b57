"""The arguments of `racewalk check`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import NoReturn

from racewalk.cli.input import wrong
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import EXACT_STATES, Mode
from racewalk.record import value_record

EXITS = """
Exit status 0: as the file expects, or nothing found where it expects nothing; 1: otherwise, and where a bound ended
the search. With --reach, --mode shortest or --mode switches 0: there is such a schedule; 1: there is none, or none was
found within the bounds. 2: the input is wrong. 130: stopped by Ctrl-C.
"""

UNITS = {"": 0, "K": 10, "M": 20, "G": 30}


@value_record
class CheckOptions:
    targets: tuple[str, ...]
    variants: tuple[str, ...]  # none: all
    as_json: bool
    cut_fuses: bool
    mode: Mode
    start: str | None  # a schedule: the search begins where it leads
    reach: str | None  # what a schedule is asked for; None: the question of the scenario
    bounds: Bounds
    exact: bool | None
    reductions: tuple[str, ...]
    audit: bool
    warn: tuple[str, ...]  # kinds of warnings to look for
    all: bool
    jobs: int | None  # None: as many as there are processors


def read_options(arguments: Sequence[str]) -> CheckOptions:
    """What is asked; leaves with a message where that cannot be made out."""
    given = _parser().parse_intermixed_args(arguments)
    if given.mode == "prove" and given.reach is not None:
        wrong("--reach asks for one schedule, and --mode prove looks at all", "--mode shortest or --mode switches")
    asks = given.reach is not None or given.mode in ("shortest", "switches")
    if given.all and (asks or given.start is not None or given.audit):
        wrong("--all proves whole scenarios", "leave out --reach, --from, --audit and --mode")
    if not given.all and not given.targets:
        wrong("there is nothing to check", "name a scenario or a file, or write --all")
    if given.jobs is not None and not given.all:
        wrong("--jobs goes with --all", "leave it out: a single search runs in one process")
    if given.cut_fuses and (asks or given.start is not None):
        wrong("--cut-fuses compares verdicts on all schedules", "leave out --reach, --mode and --from")
    warned = {"data-race": given.data_races, "lock-cycle": given.lock_cycles}
    warn = tuple(kind for kind, wanted in warned.items() if wanted)
    if warn and asks:
        wrong("--data-races and --lock-cycles look at all states", "leave out --reach and --mode")
    if given.audit and asks:
        wrong("--audit looks at all transitions", "leave out --reach and --mode")
    reductions = tuple(name for name in given.reduce if name not in given.no_reduce)
    if reductions and (asks or given.start is not None or given.max_preemptions is not None):
        wrong(
            "a reduced program is for proofs over all schedules",
            "leave out --reach, --mode, --from and --max-preemptions, or --reduce",
        )
    return CheckOptions(
        targets=tuple(given.targets),
        variants=tuple(given.variants),
        as_json=given.as_json,
        cut_fuses=given.cut_fuses,
        mode=given.mode or ("prove" if given.reach is None else "shortest"),
        start=given.start,
        reach=given.reach,
        bounds=Bounds(given.max_states, given.max_seconds, given.max_memory, given.max_preemptions),
        exact=given.exact,
        reductions=reductions,
        audit=given.audit,
        warn=warn,
        all=given.all,
        jobs=given.jobs,
    )


REDUCTIONS = ("slice", "fuse", "live")
"""Those of `racewalk.program.reduce`, which only a search needs to import."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        wrong(message, f"`{self.prog} --help` tells how it is called")


def _parser() -> ArgumentParser:
    parser = _Parser(
        prog="racewalk check",
        description="Search all schedules and compare what is found with what the file expects.",
        epilog=EXITS,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("targets", nargs="*", metavar="ID|FILE", help="shipped scenarios (see `racewalk list`), files, - for stdin")
    add(
        "--all",
        action="store_true",
        help="every variant of every scenario that ships, or of a folder, in one table",
    )
    add("--jobs", type=_count, metavar="N", help="processes for --all; without it, one for each processor")
    add(
        "-V",
        "--variant",
        dest="variants",
        action="append",
        default=[],
        metavar="NAME",
        help="only this version; repeatable",
    )
    add("--json", dest="as_json", action="store_true", help="one JSON object per variant, one line each")
    add("--cut-fuses", action="store_true", help="also search with every fuse taken apart; the verdicts must agree")

    add(
        "--data-races",
        action="store_true",
        help="also warn of data races: plain accesses that another actor's come beside; takes about as long again",
    )
    add(
        "--lock-cycles",
        action="store_true",
        help="also warn of locks that are taken in a circle, if not in one schedule; takes about as long again",
    )
    add("--audit", action="store_true", help="also do every transition by the interpreter, and compare; slow")

    ask = parser.add_argument_group("what is asked")
    ask.add_argument(
        "--mode",
        choices=("prove", "shortest", "switches"),
        help="prove (the default): all schedules; shortest: one with the fewest steps; switches: one with the fewest "
        "preemptions, among them switches, among them steps",
    )
    ask.add_argument(
        "--reach",
        metavar="WHAT",
        help="a schedule to a finding (its kind), to a cover (its words), or to where a step comes next (its label, "
        "see `racewalk steps`)",
    )
    ask.add_argument(
        "--from",
        dest="start",
        metavar="SCHEDULE",
        help="search from where this leads, and expect that nothing goes wrong from there",
    )

    bounds = parser.add_argument_group("bounds: a search ends at the first, and says at which")
    least = Bounds(states=5_000_000, seconds=600.0, memory_bytes=8 << 30)
    bounds.add_argument("--max-states", type=_count, default=least.states, metavar="N", help=f"{least.states:,}")
    bounds.add_argument(
        "--max-seconds", type=_seconds, default=least.seconds, metavar="S", help=f"{least.seconds:g}, per variant"
    )
    bounds.add_argument(
        "--max-memory", type=_size, default=least.memory_bytes, metavar="SIZE", help="8G; bytes, or with K, M or G"
    )
    bounds.add_argument(
        "--max-preemptions", type=_number, metavar="N", help="look only at schedules with at most so many"
    )
    reduced = parser.add_argument_group("static reductions: verdicts stay, and there are fewer states to search")
    reduced.add_argument(
        "--reduce",
        type=_reductions,
        nargs="?",
        const=tuple(REDUCTIONS),
        default=(),
        metavar="NAMES",
        help=f"prove on a reduced program: with all of {', '.join(REDUCTIONS)}, or with those named, as slice,live",
    )
    reduced.add_argument(
        "--no-reduce", type=_reductions, default=(), metavar="NAMES", help="of the reductions leave these out"
    )
    kept = bounds.add_mutually_exclusive_group()
    kept.add_argument(
        "--exact", action="store_true", default=None, help=f"keep every state whole, also beyond {EXACT_STATES:,}"
    )
    kept.add_argument(
        "--compact",
        dest="exact",
        action="store_false",
        default=None,
        help="keep only 64-bit fingerprints, once a search is large; the verdict tells how likely one is missing",
    )
    return parser


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError(f"{text[:40]!r} is no whole number from 0 on, of at most 18 digits")
    return int(text)


def _count(text: str) -> int:
    number = _number(text)
    if number == 0:
        raise ArgumentTypeError("it must be at least 1")
    return number


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        raise ArgumentTypeError(f"{text[:40]!r} is no number of seconds; 30 and 0.5 are")
    return float(text)


def _size(text: str) -> int:
    size = re.fullmatch(r"([0-9]{1,18})([KMG]?)(?:i?B)?", text)
    if size is None:
        raise ArgumentTypeError(f"{text[:40]!r} is no size; 512M and 8G are")
    return int(size[1]) << UNITS[size[2]]


def _reductions(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [name for name in names if name not in REDUCTIONS]:
        raise ArgumentTypeError(f"there is no reduction '{unknown[0][:40]}'; there are {', '.join(REDUCTIONS)}")
    return tuple(name for name in REDUCTIONS if name in names)
