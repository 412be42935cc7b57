"""What a command works on: a shipped scenario by its id, a file, or the standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from os import fstat
from pathlib import Path
from shlex import quote
from typing import NoReturn

from racewalk.amount import count
from racewalk.lang import limits
from racewalk.lang.assemble import Library
from racewalk.lang.bundle import Bundle, decode, parse_bundle, path_problem
from racewalk.lang.diagnostics import CompileError, Diagnostics, did_you_mean, render
from racewalk.lang.render import printable
from racewalk.scenario.build import UnknownOmission, UnknownVariant, build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped

WRONG_INPUT = 2


def wrong(message: str, hint: str | None = None) -> NoReturn:
    """Say what is wrong with the input, and leave."""
    print(f"error: {printable(message)}", file=sys.stderr)
    if hint:
        print(f"hint: {printable(hint)}", file=sys.stderr)
    raise SystemExit(WRONG_INPUT)


def run_command(target: str, built: Built, schedule: str) -> str:
    """The command that replays a schedule, to be pasted into a shell."""
    return f"racewalk run {quote(target)}{built.variant_option} --schedule {quote(schedule)}"


def read_target(target: str) -> tuple[str, Bundle]:
    """The name and the text of a scenario; leaves with a message where there is none."""
    catalog = shipped()
    bundle = catalog.bundle(target)
    if bundle is not None:
        return target, bundle
    if target == "-":
        data = sys.stdin.buffer.read(limits.SOURCE_BYTES + 1)
        if len(data) > limits.SOURCE_BYTES:
            wrong(f"the standard input has more than {limits.SOURCE_BYTES:,} bytes, the limit of a text")
        return _parsed("stdin.c", data)
    file = Path(target)
    try:
        with file.open("rb") as opened:
            data = opened.read(limits.SOURCE_BYTES + 1)
            size_bytes = max(len(data), fstat(opened.fileno()).st_size)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        _unreadable(target, file, error)
    if len(data) > limits.SOURCE_BYTES:
        size = (
            f"{size_bytes:,}" if size_bytes > len(data) else f"more than {limits.SOURCE_BYTES:,}"
        )  # a device tells none
        wrong(f"'{target}' has {size} bytes; at most {limits.SOURCE_BYTES:,} are read")
    return _parsed(file.name if path_problem(file.name) is None else "scenario.c", data)


def _unreadable(target: str, file: Path, error: OSError | ValueError) -> NoReturn:
    """Say why, and what was meant perhaps: another scenario, or a file beside it."""
    if not target:
        wrong("the name of a scenario or a file is empty", "`racewalk list` shows the scenarios")
    if isinstance(error, IsADirectoryError):
        wrong(f"'{target}' is a folder", f"`racewalk check --all {quote(target)}` checks every scenario in it")
    if isinstance(error, FileNotFoundError):
        beside = file.with_name(f"{file.name}.c")
        meant = file.name.lower().removesuffix(".c").replace("_", "-")
        known = shipped().ids()
        hint = f"did you mean '{meant}'?" if meant in known else did_you_mean(meant, known)
        if beside.exists():
            hint = f"did you mean the file {beside}?"
        wrong(f"there is no scenario and no file '{target}'", hint or "`racewalk list` shows the scenarios")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "that is no name of a file"
    wrong(f"'{target}' cannot be read: {reason}")


def _parsed(path: str, data: bytes) -> tuple[str, Bundle]:
    """A file's bytes as a bundle; it may hold several files."""
    sink = Diagnostics()
    text = decode(data, path, sink)
    if not sink.has_errors:
        bundle = parse_bundle(text, path, sink)
        if not sink.has_errors:
            return path.removesuffix(".c"), bundle
    show_diagnostics(CompileError(sink))


def show_warnings(scenarios: Iterable[Built]) -> None:
    """What is odd but not wrong, each once, where it disturbs no output."""
    rendered = (render(warning) for built in scenarios for warning in built.warnings)
    for text in dict.fromkeys(rendered):
        print(text, file=sys.stderr)


def build_target(
    name: str, bundle: Bundle, variant: str | None, cut_fuses: bool = False, without: Sequence[str] | None = None
) -> Built:
    """One variant, ready; leaves with the diagnostics where the text is wrong."""
    try:
        return build(name, bundle, variant, library(), cut_fuses, without or ())
    except CompileError as error:
        show_diagnostics(error)
    except UnknownVariant as error:
        wrong(str(error), did_you_mean(variant or "", error.known))
    except UnknownOmission as error:
        wrong(str(error), did_you_mean(error.name, error.known) or "`racewalk ablate` prints the names")


def library() -> Library:
    return shipped().library


def show_diagnostics(error: CompileError) -> NoReturn:
    """Print the complaints of the compiler, and leave."""
    for diagnostic in error.diagnostics:
        print(render(diagnostic), file=sys.stderr)
    errors = sum(diagnostic.severity == "error" for diagnostic in error.diagnostics)
    print(count(errors, "error"), file=sys.stderr)
    raise SystemExit(WRONG_INPUT)
