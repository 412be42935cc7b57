"""Running SPIN on an export: `spin -a`, `cc`, `./pan` in a folder that is removed afterwards.

SPIN and a C compiler are no part of Racewalk; where they are missing, SpinMissing says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from racewalk.amount import seconds
from racewalk.explain.promela import PromelaExport

TOOLS = ("spin", "cc")

QUICK_COMPILER = "tcc"
"""Compiles a verifier in 40 ms where `cc -O0` takes two seconds, and the verifier is some three times slower."""

DIGRAPHS = {"<%": "{", "%>": "}", "<:": "[", ":>": "]"}
"""C has them and the export uses them, but the quick compiler has not."""

COUNT = 0
"""Look for nothing: all states are stored."""

MAX_DEPTH = 1_000_000
"""Steps of one schedule that a depth-first search may go."""


class SpinMissing(Exception):
    """What SPIN needs is not installed."""

    def __init__(self, missing: Sequence[str]) -> None:
        names = " and ".join(missing)
        super().__init__(f"{names} {'is' if len(missing) == 1 else 'are'} not installed (Debian: apt install spin gcc)")


class SpinFailed(Exception):
    """A tool refused, ran out of time or memory, or did not say what it found."""


@dataclass(frozen=True, slots=True)
class SpinResult:
    """`transitions` are those between states; `found` maps kind to the length of the shortest schedule that was met."""

    states: int
    transitions: int
    vector_bytes: int
    memory_mb: float
    errors: int
    found: Mapping[str, int]
    spin_s: float
    cc_s: float
    pan_s: float
    output: str


def missing_tools() -> tuple[str, ...]:
    return tuple(tool for tool in TOOLS if shutil.which(tool) is None)


def run_spin(
    export: PromelaExport,
    find: int | str = COUNT,
    breadth_first: bool = True,
    options: Sequence[str] | None = None,
    timeout_s: float = 300.0,
    quick: bool = False,
) -> SpinResult:
    """Verify an export. `find` is a number of `export.kinds`, "ALL", or COUNT; `options` replace the export's for cc.

    `quick` is for small searches, which take less time than the C compiler: nothing is optimised, and tcc compiles
    where it is installed. Only a breadth-first search meets shortest schedules first. Raises SpinMissing, SpinFailed.
    """
    if missing := missing_tools():
        raise SpinMissing(missing)
    with TemporaryDirectory(prefix="racewalk-spin-") as name:
        folder = Path(name)
        (folder / "model.pml").write_text(export.text, encoding="ascii")
        chosen = export.options if options is None else options
        bfs = ["-DBFS"] if breadth_first else []
        depth = [] if breadth_first else [f"-m{MAX_DEPTH}"]
        _, spin_s = _run(["spin", "-a", f"-DFIND={find}", "model.pml"], folder, timeout_s)
        compiler = _quick_compiler(folder) if quick else ["cc", "-O2"]
        _, cc_s = _run([*compiler, "-w", *chosen, *bfs, "-o", "pan", "pan.c"], folder, timeout_s)
        output, pan_s = _run(["./pan", *depth], folder, timeout_s)
    return _read(output, export.kinds, find, (spin_s, cc_s, pan_s))


def _quick_compiler(folder: Path) -> list[str]:
    """The command; spells out the digraphs in SPIN's output where it must."""
    if shutil.which(QUICK_COMPILER) is None:
        return ["cc", "-O0"]
    for file in folder.glob("pan.*"):
        text = file.read_text(encoding="latin-1")
        for digraph, plain in DIGRAPHS.items():
            text = text.replace(digraph, plain)
        file.write_text(text, encoding="latin-1")
    return [QUICK_COMPILER]


def _run(command: list[str], folder: Path, timeout_s: float) -> tuple[str, float]:
    """Output and seconds."""
    started = monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise SpinFailed(f"{command[0]} did not end within {seconds(timeout_s)}") from None
    if done.returncode:
        raise SpinFailed(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout, monotonic() - started


STATES = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
TRANSITIONS = re.compile(r"^\s*(\d+) transitions \(= stored\+matched\)", re.MULTILINE)
VECTOR = re.compile(r"^State-vector (\d+) byte, .* errors: (\d+)", re.MULTILINE)
MEMORY = re.compile(r"^\s*([\d.]+)\s+total actual memory usage", re.MULTILINE)
FINDING = re.compile(r"^racewalk: finding (\d+) in (\d+) steps", re.MULTILINE)
VIOLATED = re.compile(r"^pan:\d+: assertion violated (.*) \(at depth (\d+)\)", re.MULTILINE)
AT_START = "(1<0)"  # the assertion of what is wrong before anybody has moved
UNFINISHED = ("max search depth too small", "memory limit", "reached -DMEMLIM", "hashtable is full")


def _read(output: str, kinds: Mapping[int, str], find: int | str, seconds: tuple[float, float, float]) -> SpinResult:
    states, transitions, vector = STATES.search(output), TRANSITIONS.search(output), VECTOR.search(output)
    if states is None or transitions is None or vector is None:
        raise SpinFailed(f"pan did not say what it found: {output.strip()[-2000:]}")
    if trouble := next((words for words in UNFINISHED if words in output), None):
        raise SpinFailed(f"pan did not search everything: {trouble}")
    found = {kinds[int(number)]: int(length) for number, length in FINDING.findall(output)}
    violated = VIOLATED.search(output)
    if violated is not None and isinstance(find, int):
        found[kinds[find]] = 0 if violated[1] == AT_START else int(violated[2]) + 1
    memory = MEMORY.search(output)
    return SpinResult(
        states=int(states[1]),
        # SPIN counts the way to the first state, and the circle there that only looks
        transitions=int(transitions[1]) - 1 - (0 in found.values()),
        vector_bytes=int(vector[1]),
        memory_mb=float(memory[1]) if memory is not None else 0.0,
        errors=int(vector[2]),
        found=found,
        spin_s=seconds[0],
        cc_s=seconds[1],
        pan_s=seconds[2],
        output=output,
    )
