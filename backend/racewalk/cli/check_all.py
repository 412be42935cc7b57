"""`racewalk check --all`: every variant of every scenario, as one table."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from racewalk.amount import count
from racewalk.cli.check_options import CheckOptions
from racewalk.cli.input import WRONG_INPUT, wrong
from racewalk.lang.render import printable
from racewalk.scenario.prove_all import Proven, Task, prove_all, tasks

COLUMNS = ("v6.0", "v6.1.0", "v6.4", "v6.5", "patch-v1", "v6.6")
"""The variants that have a column of their own; any other is named in the last."""

SIGNS = {"always": "A", "sometimes": "S", "never": "N", "unknown": "?"}
LEGEND = "A: every schedule has it. S: some schedule does. N: none does. ?: a bound ended the search. !: not expected."

NOT_AS_EXPECTED = 1


def check_all(options: CheckOptions) -> int:
    """The exit status: 0 where every cell is as its file expects."""
    wanted = _wanted(options)
    shown = sys.stderr.isatty() and not options.as_json
    proven: list[Proven] = []
    try:
        for one in prove_all(wanted, options.jobs or min(os.cpu_count() or 1, 8)):
            proven.append(one)
            if options.as_json:
                told = one.told or {"scenario": one.task.scenario, "variant": one.task.variant, "as_expected": False}
                print(json.dumps(told | ({} if one.told else {"complaints": one.complaints})), flush=True)
            if shown:
                done = f"{len(proven)} of {count(len(wanted), 'variant')}"
                _progress(f"{done}, the last {one.task.title}")
    finally:
        if shown:
            _progress("")
        for text in dict.fromkeys(warning for one in proven for warning in one.warnings):
            print(text, file=sys.stderr)
        if not options.as_json:
            for line in table(proven, len(wanted)):
                print(printable(line))
    if any(one.told is None for one in proven):
        return WRONG_INPUT
    return 0 if all(one.as_expected for one in proven) else NOT_AS_EXPECTED


def _wanted(options: CheckOptions) -> list[Task]:
    folders = [Path(target) for target in options.targets]
    if len(folders) > 1:
        wrong("--all takes one folder with scenarios, or none for those that ship")
    folder = folders[0] if folders else None
    if folder is not None and not folder.is_dir():
        wrong(f"--all takes a folder with scenarios, and '{folder}' is none", "leave it out for those that ship")
    like = Task(None, "", "", options.bounds, options.cut_fuses, options.exact, options.reductions, options.warn)
    found = [one for one in tasks(folder, like) if not options.variants or one.variant in options.variants]
    if not found:
        wrong("there is no such variant in any scenario" if options.variants else f"there is no scenario in '{folder}'")
    return found


def _progress(text: str) -> None:
    print(f"\r\x1b[K{printable(text)}", end="", file=sys.stderr, flush=True)


def table(proven: Sequence[Proven], wanted: int) -> Iterator[str]:
    """A line for each scenario, then what is not as it should be, then the sum."""
    if not proven:
        yield f"None of {count(wanted, 'variant')} was looked at to its end."
        return
    rows = _rows(proven)
    columns = [name for name in COLUMNS if any(name in row for row in rows.values())]
    width = max([len("scenario"), *map(len, rows)])
    head = [
        f"{'scenario':<{width}}",
        *(f"{name:<{max(6, len(name))}}" for name in columns),
        "other variants" if columns else "variants",
    ]
    yield "  ".join(head).rstrip()
    for name, row in rows.items():
        cells = [f"{row.get(column, ''):<{max(6, len(column))}}" for column in columns]
        others = ", ".join(f"{variant} {sign}".lstrip() for variant, sign in row.items() if variant not in columns)
        yield "  ".join([f"{name:<{width}}", *cells, others]).rstrip()
    yield ""
    yield LEGEND + (" -: the text has an error." if any(one.told is None for one in proven) else "")
    wrongs = [one for one in proven if not one.as_expected]
    for one in wrongs:
        for complaint in one.complaints:
            first, *more = complaint.splitlines()  # a diagnostic has several
            yield f"  {one.task.title}: {first}"
            yield from (f"    {line}" for line in more)
    sum_ = f"{count(len(proven), 'variant')} of {count(len(rows), 'scenario')}"
    if len(proven) < wanted:
        sum_ += f", and {wanted - len(proven)} {'was' if wanted - len(proven) == 1 else 'were'} not looked at"
    yield f"{sum_}: {'all as expected' if not wrongs else f'{len(wrongs)} NOT AS EXPECTED'}."


def _rows(proven: Sequence[Proven]) -> dict[str, dict[str, str]]:
    """By scenario and variant the sign of its verdict."""
    rows: dict[str, dict[str, str]] = {}
    for one in proven:
        sign = SIGNS[one.told["verdict"]] if one.told is not None else "-"
        rows.setdefault(one.task.scenario, {})[one.task.variant if one.task.named else ""] = sign + (
            "" if one.as_expected else "!"
        )
    return rows
