"""A run in the forms in which people pass it on: text for a commit message, Markdown, pictures, JSON, a test.

Each is a function of a `Run` and a line in RUN_FORMATS. What a form needs is imported when it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from racewalk.explain.diagram import COMMIT_WIDTH, Diagram, commit_text, diagram_of
from racewalk.explain.wrap import wrapped
from racewalk.lang.bundle import Bundle
from racewalk.lang.header import ANY_KIND
from racewalk.lang.render import printable
from racewalk.model import Finding
from racewalk.scenario.built import Built
from racewalk.scenario.scene import report_of
from racewalk.session.history import History, Node
from racewalk.session.replay import Stop, drain, replay
from racewalk.session.schedule import Entry, parse_schedule

FONTS = Path(__file__).resolve().parents[1] / "static" / "assets"


@dataclass(frozen=True, slots=True)
class Run:
    """A schedule that was followed as far as it goes; `stop` says why not to its end."""

    built: Built
    history: History
    shipped: bool
    """The scenario is found by its name, so that a command or a test need not carry the text."""
    stop: Stop | None = None
    without: tuple[str, ...] = ()
    """What is left out of the text (see `racewalk.scenario.build`)."""
    link: str | None = None
    """Where a browser opens it."""

    @property
    def path(self) -> Sequence[Node]:
        return self.history.cursor.path()

    @property
    def schedule(self) -> str:
        return self.history.schedule(self.history.cursor)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for node in (self.history.root, *self.path) for finding in node.findings)

    @property
    def title(self) -> str:
        return printable(self.built.header.title or self.built.name)

    @property
    def what(self) -> str:
        """The shipped scenario by its name; of any other text the file, so that nobody takes it for the shipped one."""
        return self.built.name if self.shipped else f"{re.sub(r'[^A-Za-z0-9_.-]', '-', self.built.name)}.c"

    @property
    def variant(self) -> str:
        return self.built.variant.id

    @property
    def with_version(self) -> str:
        """ ", version v6.4": what follows the name of the text, if its version has a name."""
        return f", version {self.variant}" if self.built.header.has_name(self.variant) else ""

    @property
    def diagram(self) -> Diagram:
        return diagram_of(self.built.model, self.path)

    @property
    def command(self) -> str:
        """Replays it from a shell."""
        left_out = "".join(f" --without {quote(name)}" for name in self.without)
        return f"racewalk run {quote(self.what)}{self.built.variant_option}{left_out} --schedule {self.schedule}"


def run_of(built: Built, shipped: bool, schedule: str, without: Sequence[str] = ()) -> Run:
    """Follow the text of a schedule. Raises ScheduleError."""
    return run_along(built, shipped, parse_schedule(schedule), without)


def run_along(built: Built, shipped: bool, entries: Sequence[Entry], without: Sequence[str] = ()) -> Run:
    history = History(built.model)
    _, stop = drain(replay(history, entries))
    return Run(built, history, shipped, stop, tuple(without))


# -- text ----------------------------------------------------------------------------------------


def as_text(run: Run) -> str:
    """For a commit message: at most 72 columns."""
    return commit_text(run.diagram, COMMIT_WIDTH)


HOW_OFTEN: Mapping[str, str] = {
    "always": "in every schedule",
    "sometimes": "in some schedules",
    "never": "in no schedule",
}


def as_markdown(run: Run) -> str:
    fence = "```"
    lines = [f"**{_markdown(run.title)}** ({_markdown(f'{run.what}{run.with_version}')})"]
    variant = run.built.variant
    if variant.verdict is not None and run.shipped and not run.without:  # then it has been proved
        kind = "a finding" if variant.asks in (None, ANY_KIND) else _markdown(variant.asks or "")
        lines[0] += f": {HOW_OFTEN[variant.verdict]}, {kind}."
    if run.link is not None:
        lines[0] += f" [Open this run](<{run.link}>)"
    lines += ["", *(["With this left out: " + ", ".join(map(_markdown, run.without)), ""] if run.without else [])]
    lines += [f"{fence}text", commit_text(run.diagram, COMMIT_WIDTH).rstrip("\n"), fence, ""]
    for finding in run.findings:
        lines.append(f"- {finding.kind}: {_markdown(printable(finding.message))}")
    lines += [*([""] if run.findings else []), _how_to_replay(run), "", f"{fence}sh", run.command, fence]
    return "\n".join(lines) + "\n"


def _how_to_replay(run: Run) -> str:
    return "To replay it:" if run.shipped else f"To replay it, with the text of this scenario in `{run.what}`:"


def _markdown(text: str) -> str:
    """Words of a scenario, which may hold any character, as they are."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in text)


# -- data ------------------------------------------------------------------------------------------


def as_data(run: Run) -> dict[str, Any]:
    """What `racewalk run --json` prints, too."""
    return {
        "scenario": run.built.name,
        "variant": run.variant,
        "schedule": run.schedule,
        "steps": [_step(run.built, node) for node in run.path],
    }


def as_json(run: Run) -> str:
    return json.dumps({**as_data(run), "model": run.built.model.model_hash}, indent=1) + "\n"


def _step(built: Built, node: Node) -> dict[str, Any]:
    assert node.move is not None
    assert node.event is not None
    return {
        "number": node.number,
        "actor": built.model.actors[node.move.actor].letter,
        "choice": node.move.choice,
        "step": node.step,
        "label": node.event.label,
        "words": node.event.words,
        "switch": node.switch is not None,
        "preemption": node.switch is not None and node.switch.preemption,
        "covers": list(node.covers),
        "findings": [
            {
                "kind": finding.kind,
                "fatal": finding.fatal,
                "warning": finding.warning,
                "message": finding.message,
                "report": report_of(built.model, node, finding),
            }
            for finding in node.findings
        ],
    }


# -- pictures --------------------------------------------------------------------------------------


def as_svg(run: Run) -> str:
    from racewalk.explain.picture import picture_of, svg_of

    return svg_of(picture_of(run.diagram, run.title, _subtitle(run)), as_text(run))


def as_png(run: Run) -> bytes:
    """Raises PictureTooLarge."""
    from racewalk.explain.picture import picture_of, png_of

    fonts = sorted(str(file) for file in FONTS.glob("jetbrains-mono-latin-*.woff2"))
    return png_of(picture_of(run.diagram, run.title, _subtitle(run)), fonts)


def _subtitle(run: Run) -> str:
    return printable(f"{run.what}{run.with_version}, schedule {run.schedule}")


# -- a test ----------------------------------------------------------------------------------------


def as_pytest(run: Run) -> str:
    """A file for pytest that replays the run and asks for what it found; with the text, unless that is shipped."""
    kinds = tuple(dict.fromkeys(finding.kind for finding in run.findings))
    named = run.built.header.has_name(run.variant)
    called = f"{run.built.name}_{run.variant}" if named else run.built.name
    name = "".join(char if char.isalnum() else "_" for char in called.lower())
    told = f"finds {', '.join(kinds)}" if kinds else "finds nothing"
    said = (run.title, f"With {run.built.called}, this schedule {told}.")
    comment = [f"# {row}" for sentence in said for row in wrapped(sentence, 100)]
    lines = [
        *comment,
        "# Run it with pytest where racewalk is installed.",
        "from racewalk.replaying import replay_run",
        "",
        f"SCHEDULE = {json.dumps(run.schedule)}",
    ]
    where = json.dumps(run.built.name)
    variant = f", variant={json.dumps(run.variant)}" if named else ""
    left_out = f", without={json.dumps(list(run.without))}" if run.without else ""
    if not run.shipped:
        lines += [f"BUNDLE = {json.dumps(_files(run.built.bundle), indent=4)}"]
        where = f"{where}, bundle=BUNDLE"
    lines += [
        "",
        "",
        f"def test_{name}() -> None:",
        f"    run = replay_run({where}{variant}, schedule=SCHEDULE{left_out})",
        "",
        "    assert run.stopped is None",
        f"    assert run.found == {json.dumps(list(kinds))}",
    ]
    return "\n".join(lines) + "\n"


def _files(bundle: Bundle) -> dict[str, str]:
    return dict(bundle.files)


RUN_FORMATS: Mapping[str, Callable[[Run], str | bytes]] = {
    "text": as_text,
    "md": as_markdown,
    "svg": as_svg,
    "png": as_png,
    "json": as_json,
    "pytest": as_pytest,
}
"""What makes each form of a run."""
