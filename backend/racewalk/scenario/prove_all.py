"""Every variant of every scenario of a folder, judged: one after another, or several at once, each in a process."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from racewalk.explore.bounds import Bounds
from racewalk.lang.diagnostics import CompileError, render
from racewalk.scenario.build import build
from racewalk.scenario.catalog import Catalog
from racewalk.scenario.groups import grouped
from racewalk.scenario.judge import judge
from racewalk.scenario.report import Json, report


@dataclass(frozen=True, slots=True)
class Task:
    """A variant, and how it is proven. `folder` None: the scenarios that ship."""

    folder: Path | None
    scenario: str
    variant: str
    bounds: Bounds
    cut_fuses: bool = False
    exact: bool | None = None
    reductions: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    named: bool = True
    """The text gives its variants names."""

    @property
    def title(self) -> str:
        return f"{self.scenario} {self.variant}" if self.named else self.scenario


@dataclass(frozen=True, slots=True)
class Proven:
    """`told` is as `check --json` tells it; None where the text is `broken`: then that is what the compiler says."""

    task: Task
    told: Json | None
    broken: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def as_expected(self) -> bool:
        return self.told is not None and bool(self.told["as_expected"])

    @property
    def complaints(self) -> list[str]:
        return list(self.broken) if self.told is None else list(self.told["complaints"])


def tasks(folder: Path | None, like: Task) -> list[Task]:
    """One for each variant in a folder, by group and scenario; in all else like the one given."""
    return [
        replace(like, folder=folder, scenario=name, variant=variant, named=header.has_name(variant))
        for _, scenarios in grouped(Catalog(folder))
        for name, header in scenarios
        for variant in header.variants
    ]


def prove_all(wanted: Sequence[Task], jobs: int) -> Iterator[Proven]:
    """In the order of the tasks. With several jobs, each is a process; they end with the iteration."""
    if jobs == 1 or len(wanted) <= 1:
        yield from map(prove_task, wanted)
        return
    pool = ProcessPoolExecutor(min(jobs, len(wanted)), get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from pool.map(prove_task, wanted)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def prove_task(task: Task) -> Proven:
    catalog = _catalog(task.folder)
    bundle = catalog.bundle(task.scenario)
    assert bundle is not None, "a task is made of what is there"
    try:
        built = build(task.scenario, bundle, task.variant, catalog.library)
        judgement = judge(
            built,
            task.bounds,
            cut_fuses_with=catalog.library if task.cut_fuses else None,
            exact=task.exact,
            reductions=task.reductions,
            warn=task.warn,
        )
    except CompileError as error:
        return Proven(task, None, tuple(render(diagnostic) for diagnostic in error.diagnostics))
    return Proven(task, report(judgement), (), tuple(render(warning) for warning in built.warnings))


_catalog = lru_cache(maxsize=1)(partial(Catalog))


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
