"""`racewalk export`: a variant, or one run of it, in a form that others read."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from racewalk.cli.arguments import Target, VariantOption, WithoutOption
from racewalk.cli.input import build_target, read_target, show_warnings, wrong
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.lang.header import ANY_KIND
from racewalk.lang.render import printable
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.export import FORMATS, Format
from racewalk.scenario.run_export import RUN_FORMATS, Run, run_of
from racewalk.session.schedule import ScheduleError
from racewalk.session.summary import schedule_of

NOT_FOLLOWED = 1


class To(StrEnum):
    """Those of a run first."""

    TEXT = "text"
    MD = "md"
    SVG = "svg"
    PNG = "png"
    JSON = "json"
    PYTEST = "pytest"
    HTML = "html"
    PROMELA = "promela"


def export(
    target: Target,
    to: Annotated[To, typer.Option("--to", help="The form. promela is of all schedules, the others of one.")],
    variant: VariantOption = None,
    schedule: Annotated[
        str | None,
        typer.Option("--schedule", "-s", metavar="TEXT", help="As `check` prints it. Else one with fewest switches."),
    ] = None,
    without: WithoutOption = None,
    cut_fuses: Annotated[bool, typer.Option("--cut-fuses", help="Take every fuse apart first.")] = False,
    server: Annotated[
        str | None,
        typer.Option("--server", metavar="URL", help="For html: the address of a server that a reader can go on at."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there, not to the standard output.")
    ] = None,
) -> None:
    """Write a run as text for a commit message (72 columns), Markdown, SVG, PNG, JSON, a test for pytest or an HTML
    file that a browser steps through without any server; or a variant as Promela, for SPIN, with the same atomic steps.

    Without a schedule it is the run with the fewest preemptions, then switches, that has what the scenario asks for.

    Exit status 0: written. 1: the schedule could not be followed to its end, or nothing is found. 2: the input is
    wrong.
    """
    name, bundle = read_target(target)
    built = build_target(name, bundle, variant, cut_fuses, without)
    show_warnings([built])
    if server is not None and (to is not To.HTML or not server.startswith(("http://", "https://"))):
        wrong("--server takes an address that begins with http:// or https://, and is only for --to html")
    if to is To.HTML:
        _write(_offline(_run(built, shipped().bundle(target) is not None, schedule, without or []), server), output)
    elif to.value in RUN_FORMATS:
        _write(_of_run(built, target, to.value, schedule, without or []), output)
    else:
        if schedule is not None:
            wrong(f"--to {to.value} is of all schedules, so --schedule says nothing")
        _write(_of_variant(built, Format(to.value), cut_fuses), output)


def _of_run(built: Built, target: str, form: str, schedule: str | None, without: list[str]) -> str | bytes:
    from racewalk.explain.picture import PictureTooLarge

    run = _run(built, shipped().bundle(target) is not None, schedule, without)
    try:
        return RUN_FORMATS[form](run)
    except PictureTooLarge as error:
        wrong(str(error))


def _offline(run: Run, server: str | None) -> str:
    from racewalk.api.offline import PageNotBuilt, offline_page  # of the server's packages only the page's shapes

    try:
        return offline_page(run, server)
    except PageNotBuilt as error:
        wrong(str(error))


def _run(built: Built, is_shipped: bool, schedule: str | None, without: list[str]) -> Run:
    if schedule is None:
        schedule = _found(built)
    try:
        run = run_of(built, is_shipped, schedule, without)
    except ScheduleError as error:
        wrong(str(error))
    if run.stop is not None:
        _leave(f"The schedule stops before step {run.stop.at}: {run.stop.message}.")
    return run


def _found(built: Built) -> str:
    """The schedule with the fewest switches that has what the scenario asks for."""
    asked = built.variant.asks
    kind = "" if asked is None or asked == ANY_KIND else asked
    result = search(built.model, Query("switches", Goal("finding", kind), bounds=Bounds(seconds=60.0)))
    found = result.get(kind) if kind else next((one for one in result.found if not one.finding.warning), None)
    if found is None:
        _leave(f"No schedule of {built.called} was found that has {kind or 'a finding'}; give one with --schedule.")
    return schedule_of(built.model, found.schedule)


def _leave(sentence: str) -> NoReturn:
    print(printable(sentence), file=sys.stderr)
    raise typer.Exit(NOT_FOLLOWED)


def _of_variant(built: Built, form: Format, cut_fuses: bool) -> str:
    from racewalk.explain.promela import NotExpressible  # seldom needed, and slow to import

    try:
        return FORMATS[form](built, cut_fuses)
    except NotExpressible as error:
        wrong(f"this variant cannot be exported to {form}: {error}")


def _write(made: str | bytes, output: Path | None) -> None:
    data = made if isinstance(made, bytes) else made.encode()
    if output is None:
        if isinstance(made, bytes) and sys.stdout.isatty():
            wrong("a picture is nothing for a terminal", "write it to a file: --output run.png")
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        wrong(f"'{output}' cannot be written: {error.strerror}")
