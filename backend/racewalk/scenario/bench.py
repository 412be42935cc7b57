"""The figures that Racewalk holds itself to, as ratios from one run: `racewalk bench`.

Whole processes unless a row says warm; medians of several rounds; what is compared is measured in turns (`stopwatch`).
SPIN gets the same atomic steps, by `racewalk export`; what its times hold, each row says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from racewalk.explain.promela import PromelaExport
from racewalk.explain.spin import MAX_DEPTH
from racewalk.explore.bounds import Bounds
from racewalk.explore.engine import Engine
from racewalk.explore.flow import Flow
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import outlook
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search, whole_graph
from racewalk.explore.statistics import statistics
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.export import promela_of
from racewalk.scenario.scale_retract import SIZES, STATES, Size, scale_retract
from racewalk.scenario.stopwatch import Taken, in_turns, run

CHECK = (sys.executable, "-m", "racewalk.cli", "check")
UNBOUNDED = ("--json", "--max-states", "1000000000", "--max-seconds", "86400", "--max-memory", "64G")
AS_EXPECTED_OR_NOT = (0, 1)
LIGHTS = Size(1, 1, 0, 2)  # of scale-retract: 41,055 states and 145,698 transitions
LARGE = 2_000_000  # states; in smaller spaces our start weighs more than our search, and there is no aim
PAN_BYTES = 900  # of a state, about (measured)
NEVER = "v6.6"  # the variant of scale-retract that is proven


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `ratio` is ours by SPIN's, or what the row says; None where there is nothing to compare with."""

    what: str
    ours: str
    spin: str = ""
    ratio: float | None = None
    target: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.ratio is None or self.target is None else self.ratio <= self.target


def bench(sizes: Sequence[str], rounds: int, spin: bool) -> Iterator[Row]:
    """All rows, each as soon as it is measured. Raises ProcessFailed, NotExpressible."""
    for built in _variants():
        yield from _cold(built, rounds, spin)
    for built in _variants():
        yield from _warm(built, rounds)
    yield from _ahead(rounds)
    per_state: list[tuple[str, float]] = []
    for size in sizes:
        yield from _scale(size, rounds, spin, per_state)
    if len(per_state) > 1:
        (small, first), (large, last) = per_state[0], per_state[-1]
        told = f"{last * 1e6:.2f} µs a state, {first * 1e6:.2f} µs with {small}"
        yield Row(f"growth from {small} to {large}, time a state", told, ratio=last / first, target=1.5)


def _variants() -> Iterator[Built]:
    catalog = shipped()
    for name in catalog.ids():
        bundle = catalog.bundle(name)
        assert bundle is not None
        for variant in build(name, bundle, None, catalog.library).header.variants:
            yield build(name, bundle, variant, catalog.library)


# -- shipped scenarios ----------------------------------------------------------------------------


def _cold(built: Built, rounds: int, spin: bool) -> Iterator[Row]:
    """`racewalk check` of one variant; SPIN from the Promela on: spin -a, cc -O2, ./pan."""
    command = (*CHECK, built.name, "--variant", built.variant.id, "--json")
    what = f"check {built.name} {built.variant.id}, cold"

    def ours() -> Taken:
        return run(command, statuses=AS_EXPECTED_OR_NOT)

    if not spin:
        (taken,) = in_turns(rounds, ours)
        yield Row(what, _seconds(taken), ratio=taken.wall_s / 0.5, target=1.0)
        return
    export = promela_of(built)
    found = search(built.model, Query(bounds=Bounds())).get(built.variant.asks or "")
    number = next((n for n, kind in export.kinds.items() if found is not None and kind == found.kind), None)
    with _folder(export) as folder:
        first, theirs = in_turns(rounds, ours, lambda: _end_to_end(export, folder, None))
        yield Row(what, _seconds(first), _seconds(theirs), first.wall_s / theirs.wall_s, 0.25)
        if number is not None:
            first, theirs = in_turns(rounds, ours, lambda: _end_to_end(export, folder, number))
            told = f"{what}, SPIN to the finding with -DBFS"
            yield Row(told, _seconds(first), _seconds(theirs), first.wall_s / theirs.wall_s, 0.15)


def _warm(built: Built, rounds: int) -> Iterator[Row]:
    """A compiled model: the shortest schedule where there is a finding, else a proof. First nothing is known of it."""
    found = search(built.model, Query(bounds=Bounds())).get(built.variant.asks or "")
    query = Query("shortest", Goal("finding", found.kind)) if found is not None else Query()
    what = "shortest schedule" if found is not None else "proof"
    limit_s = 0.100 if found is not None else 0.050
    taken_s = _median_s(rounds, lambda: Engine(built.model).answer(query, lambda progress: None, lambda: False))
    yield _limited(f"{what} of {built.name} {built.variant.id}, warm, the first time", taken_s, limit_s)
    taken_s = _median_s(rounds, lambda: search(built.model, query))
    yield _limited(f"{what} of {built.name} {built.variant.id}, warm, asked again", taken_s, limit_s)


def _ahead(rounds: int) -> Iterator[Row]:
    """Lights and statistics, of a graph that is there already."""
    built = build(LIGHTS.name, scale_retract(LIGHTS), "patch-v1", shipped().library)
    graph = whole_graph(built.model)

    def look() -> None:
        wanted = Occurrence(Flow(graph), "lost-pte")
        outlook(wanted)
        statistics(wanted)

    taken_s = _median_s(rounds, look)
    yield _limited(f"lights and statistics of {graph.size:,} states, warm", taken_s, 0.150)


def _median_s(rounds: int, work: Callable[[], object]) -> float:
    """Seconds of a piece of work in this process."""

    def once() -> float:
        started = monotonic()
        work()
        return monotonic() - started

    return median(once() for _ in range(max(2, rounds)))


def _limited(what: str, taken_s: float, limit_s: float) -> Row:
    return Row(what, f"{taken_s * 1e3:.0f} ms of {limit_s * 1e3:.0f} ms", ratio=taken_s / limit_s, target=1.0)


# -- scale-retract --------------------------------------------------------------------------------


def _scale(name: str, rounds: int, spin: bool, per_state: list[tuple[str, float]]) -> Iterator[Row]:
    """A proof of one size, whole and reduced; pan alone, without and with SPIN's own reduction."""
    bundle = scale_retract(SIZES[name])
    with TemporaryDirectory(prefix="racewalk-bench-") as made:
        file = Path(made) / (bundle.main or "")
        file.write_text(dict(bundle)[file.name], encoding="utf-8")
        command = (*CHECK, str(file), "--variant", NEVER, *UNBOUNDED)

        def whole() -> Taken:
            return run(command)

        def reduced() -> Taken:
            return run((*command, "--reduce"))

        what = f"scale-retract {name}"
        if spin and PAN_BYTES * STATES[name] > _free_bytes():
            needed = PAN_BYTES * STATES[name] / 1e9
            yield Row(f"{what}: pan would need {needed:.0f} GB, which are not free here", "")
            spin = False
        if not spin:
            first, second = in_turns(rounds, whole, reduced)
            per_state.append((name, first.wall_s / STATES[name]))
            yield Row(f"{what}, no reduction", _both(first))
            yield Row(f"{what}, static reductions", _both(second))
            return
        export = promela_of(build(file.name, bundle, NEVER, shipped().library))
        with _compiled(export, reduce=False) as pan, _compiled(export, reduce=True) as pan_reducing:
            first, theirs = in_turns(rounds, whole, lambda: _pan(pan, name))
            per_state.append((name, first.wall_s / STATES[name]))
            aims = (0.5, 0.3, 0.15) if STATES[name] >= LARGE else (None, None, None)
            yield Row(f"{what}, time", _seconds(first), _seconds(theirs), first.wall_s / theirs.wall_s, aims[0])
            ratio = first.memory_mb / theirs.memory_mb
            yield Row(f"{what}, memory", f"{first.memory_mb:.0f} MB", f"{theirs.memory_mb:.0f} MB", ratio, aims[1])
            second, theirs = in_turns(rounds, reduced, lambda: _pan(pan_reducing, name))
            told = f"{what}, both reduced, time"
            yield Row(told, _seconds(second), _seconds(theirs), second.wall_s / theirs.wall_s, aims[2])


def _free_bytes() -> int:
    """Memory that is not in use."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


# -- SPIN -----------------------------------------------------------------------------------------


@contextmanager
def _folder(export: PromelaExport) -> Iterator[Path]:
    with TemporaryDirectory(prefix="racewalk-bench-") as made:
        folder = Path(made)
        (folder / "model.pml").write_text(export.text, encoding="ascii")
        yield folder


def _end_to_end(export: PromelaExport, folder: Path, find: int | None) -> Taken:
    """Everything that SPIN needs from the Promela to the answer; `find` None: all states."""
    taken = _generate(folder, find) + _compile(export, folder, reduce=find is None, breadth_first=find is not None)
    return taken + run(["./pan", f"-m{MAX_DEPTH}"] if find is None else ["./pan"], folder)


@contextmanager
def _compiled(export: PromelaExport, reduce: bool) -> Iterator[Path]:
    with _folder(export) as folder:
        _generate(folder, None)
        _compile(export, folder, reduce, breadth_first=False)
        yield folder


def _pan(folder: Path, size: str) -> Taken:
    """pan alone, with a hash table of the size that suits it best."""
    return run(["./pan", f"-m{MAX_DEPTH}", f"-w{max(24, STATES[size].bit_length() + 1)}"], folder)


def _generate(folder: Path, find: int | None) -> Taken:
    return run(["spin", "-a", f"-DFIND={find or 0}", "model.pml"], folder)


def _compile(export: PromelaExport, folder: Path, reduce: bool, breadth_first: bool) -> Taken:
    options = [option for option in export.options if not (reduce and option == "-DNOREDUCE")]
    return run(["cc", "-O2", "-w", *options, *(["-DBFS"] if breadth_first else []), "-o", "pan", "pan.c"], folder)


# -- words ----------------------------------------------------------------------------------------


def _seconds(taken: Taken) -> str:
    return f"{taken.wall_s:.2f} s"


def _both(taken: Taken) -> str:
    return f"{taken.wall_s:.2f} s, {taken.memory_mb:.0f} MB"
