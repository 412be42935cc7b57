"""A finding as the kernel would have logged it, so that who knows the log knows what it means.

The first line is the one that a reader of logs looks for: KASAN, lockdep, the hung task detector.
What a model does not have (addresses, registers, times) is left out rather than made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from racewalk.model import Finding

RULE = "=" * 66
RULED = frozenset({"use-after-free", "double-free", "bad-free", "wild-access", "data-race"})
LOCKDEP = frozenset({"recursive-locking", "lock-order", "bad-unlock", "double-call-rcu", "rcu-freed-early"})


class Call(NamedTuple):
    """One line of a call trace."""

    function: str
    file: str
    line: int

    def __str__(self) -> str:
        return f" {self.function} ({self.file}:{self.line})"


@dataclass(frozen=True, slots=True)
class Scene:
    """Who did the step, where in the text, and which step of the run it was."""

    title: str  # "CPU 1"
    name: str  # "uffd monitor"
    number: int
    calls: Sequence[Call]  # innermost first; the first is the step's own function


class Deed(NamedTuple):
    """What was done to an object before: "Allocated", "Freed". `scene` None: by the setup, before the first step."""

    what: str
    scene: Scene | None


def kernel_report(finding: Finding, scene: Scene | None, at_end: bool = False, deeds: Sequence[Deed] = ()) -> str:
    """Several lines. `scene` is None for what no step caused: found in the initial state, or at the end of a run.

    `deeds`: the life of the object that it is about, as KASAN tells it.
    """
    lines = [*headline(finding, scene), *finding.details]
    if scene is not None:
        lines.append(f"{scene.title}: Comm: {scene.name} step: {scene.number}")
        lines += ["Call Trace:", *map(str, scene.calls)]
    for what, then in deeds:
        if then is None:
            lines.append(f"{what} by the setup:")
        else:
            lines.append(f"{what} by {then.title} ({then.name}) at step {then.number}:")
            lines += map(str, then.calls)
    if finding.kind in RULED:
        lines = [RULE, *lines, RULE]
    if at_end:
        lines.insert(0, "At the end of the run:")
    return "\n".join(lines)


def headline(finding: Finding, scene: Scene | None = None) -> list[str]:
    """What a reader of logs looks for; mostly one line."""
    kind, message = finding.kind, finding.message
    if kind == "deadlock":
        return ["INFO: task blocked for more than 120 seconds.", message]
    if kind == "bug-on" and scene is not None:
        return [f"kernel BUG at {scene.calls[0].file}:{scene.calls[0].line}!", message]
    if kind == "warn-on" and scene is not None:
        return [f"WARNING: at {scene.calls[0].file}:{scene.calls[0].line} {scene.calls[0].function}", message]
    if message.startswith(("BUG: ", "WARNING: ", "INFO: ", "UBSAN: ")):
        return [message]
    if message.startswith("violated: "):  # so a model speaks of an `always` or a `finally`,
        return [f"property {message}"]
    if message.startswith("it happened: "):  # and so of a `never`
        return [f"property violated, {message}"]
    return [f"WARNING: {message}" if kind in LOCKDEP or finding.warning else f"BUG: {message}"]
