"""REST: a run in the forms in which people pass it on."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from racewalk.api.building import built_of
from racewalk.api.offline import PageNotBuilt, offline_page
from racewalk.api.problems import Refused, documented
from racewalk.api.scenarios import service_of
from racewalk.api.service import client_of
from racewalk.api.snapshot import ExportForm, ExportRequest
from racewalk.explain.picture import PictureTooLarge
from racewalk.scenario.built import Built
from racewalk.scenario.export import promela_of
from racewalk.scenario.run_export import RUN_FORMATS, run_along
from racewalk.session.schedule import Entry, ScheduleError, parse_schedule

router = APIRouter(prefix="/api")

MOST_STEPS = 3_000
"""Of a run that is exported; a longer one is no picture for anybody."""

MOST_STATEMENTS = 2_000
"""Steps of a program that is exported as a whole; each becomes some kilobytes of Promela."""

MEDIA: dict[ExportForm, tuple[str, str]] = {
    "text": ("text/plain; charset=utf-8", "txt"),
    "md": ("text/markdown; charset=utf-8", "md"),
    "svg": ("image/svg+xml", "svg"),
    "png": ("image/png", "png"),
    "json": ("application/json", "json"),
    "pytest": ("text/x-python; charset=utf-8", "py"),
    "promela": ("text/plain; charset=utf-8", "pml"),
    "html": ("text/html; charset=utf-8", "html"),
}
"""Media type, and how the file's name ends."""


@router.post(
    "/export",
    tags=["runs"],
    summary="A run as text, Markdown, a picture, JSON, a test or an offline page, or its variant as Promela",
    response_class=Response,
    responses={
        200: {"content": {media.split(";")[0]: {} for media, _ in MEDIA.values()}, "description": "The file."},
        **documented(400, 403, 404, 409, 413, 422, 429, 500, 503),
    },
)
async def export_run(request: Request, wanted: ExportRequest) -> Response:
    """As `racewalk export` does. A schedule that cannot be followed to its end is refused, with the reason."""
    service = service_of(request)
    client = client_of(request)
    if not await service.may_compile(client):
        raise Refused(429, "There were too many exports in a minute.", "Wait a little.", {"Retry-After": "60"})
    entries = _entries(wanted.schedule)
    built = await built_of(service, client, wanted.scenario, wanted.bundle, wanted.variant, wanted.without)
    try:
        if wanted.to == "promela":
            made: str | bytes = await service.in_turn(client, _promela, built)
        else:
            made = await service.in_thread(client, _made, built, wanted, entries)
    except PictureTooLarge as error:
        raise Refused(409, str(error), "Export it as SVG or as text.") from None
    except PageNotBuilt as error:
        raise Refused(503, f"An offline page cannot be made here: {error}.") from None
    media, ending = MEDIA[wanted.to]
    version = f"-{_plain(built.variant.id)}" if built.header.has_name(built.variant.id) else ""
    name = f"{'test_' if wanted.to == 'pytest' else ''}{_plain(wanted.scenario)}{version}.{ending}"
    return Response(made, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _entries(schedule: str) -> tuple[Entry, ...]:
    try:
        entries = parse_schedule(schedule)
    except ScheduleError as error:
        raise Refused(409, str(error)) from None
    if len(entries) > MOST_STEPS:
        raise Refused(409, f"The run has {len(entries):,} steps; at most {MOST_STEPS:,} are exported.")
    return entries


def _made(built: Built, wanted: ExportRequest, entries: tuple[Entry, ...]) -> str | bytes:
    run = replace(run_along(built, wanted.bundle is None, entries, wanted.without), link=wanted.link)
    if run.stop is not None:
        raise Refused(409, f"The schedule stops before step {run.stop.at}: {run.stop.message}.")
    return offline_page(run, wanted.server) if wanted.to == "html" else RUN_FORMATS[wanted.to](run)


def _promela(built: Built) -> str:
    from racewalk.explain.promela import NotExpressible  # seldom needed, and slow to import

    steps = sum(len(actor.steps) for actor in built.model.program.actors)
    if steps > MOST_STATEMENTS:
        hint = "`racewalk export --to promela` has no such bound."
        raise Refused(409, f"The variant has {steps:,} steps; at most {MOST_STATEMENTS:,} are exported here.", hint)
    try:
        return promela_of(built).text
    except NotExpressible as error:
        raise Refused(409, f"This variant cannot be exported to Promela: {error}.") from None


def _plain(name: str) -> str:
    """For the name of a file: nothing but letters, digits, dots and hyphens."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in ".-") else "-" for char in name)
    return kept.strip(".-") or "run"
