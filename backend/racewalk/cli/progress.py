"""What a search says while it goes on: a bar on the terminal, and nothing where there is none."""

from __future__ import annotations

import sys
from types import TracebackType

from racewalk.amount import count
from racewalk.explore.bounds import Progress
from racewalk.lang.render import printable


class Progressing:
    """Called with each `Progress` of a search; remembers the last, and shows it on a terminal.

    The bar is the share of the known states whose successors are known.
    """

    def __init__(self, what: str) -> None:
        self.last: Progress | None = None
        self._what = printable(what)
        self._bar: _Bar | None = None
        self._shown = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        self.last = progress
        if self._shown:
            if self._bar is None:  # only now: most searches end before they have anything to say
                self._bar = _Bar(self._what)
            self._bar.show(progress)

    def __enter__(self) -> Progressing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


class _Bar:
    def __init__(self, what: str) -> None:
        from rich.console import Console  # slow to import
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bars
        from rich.table import Column

        named = TextColumn("{task.description}", markup=False)
        where = TextColumn("{task.fields[told]}", markup=False, table_column=Column(no_wrap=False))
        console = Console(stderr=True)
        self._bars = Bars(
            named,
            BarColumn(20),
            where,
            console=console,
            transient=True,
            auto_refresh=False,
        )
        self._task = self._bars.add_task(what, told="")
        self._bars.start()

    def show(self, progress: Progress) -> None:
        expanded = progress.states - progress.frontier
        self._bars.update(self._task, completed=expanded, total=progress.states, told=told(progress), refresh=True)

    def close(self) -> None:
        self._bars.stop()


def told(progress: Progress) -> str:
    """Where a search is, in one line."""
    parts = [
        count(progress.states, "state"),
        f"{progress.frontier:,} to expand",
        f"depth {progress.depth:,}",
        f"{progress.states_per_s:,.0f} states/s",
        *([f"{progress.memory_bytes / (1 << 20):,.0f} MiB"] if progress.memory_bytes else []),
        f"{progress.elapsed_s:.0f} s",
        *([progress.bound] if progress.bound else []),
    ]
    return ", ".join(parts)
