"""REST: the shipped scenarios, and the compiler for a text of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path, Request

from racewalk import __version__
from racewalk.api.problems import TOO_MANY_COMPILATIONS, Refused, documented, no_scenario
from racewalk.api.service import Service, client_of
from racewalk.api.snapshot import (
    Compiled,
    CompileRequest,
    DiagnosticView,
    Health,
    ScenarioDetail,
    ScenarioList,
    Sources,
    SourcesRequest,
    Template,
    TemplateList,
    WordView,
)
from racewalk.api.views import diagnostic_view, scenario_detail, scenario_summary, source_view
from racewalk.lang.builtins import BUILTINS
from racewalk.lang.bundle import Bundle as Files
from racewalk.lang.diagnostics import CompileError, Diagnostic, did_you_mean
from racewalk.scenario.build import UnknownVariant, header_of
from racewalk.scenario.sources import sources_of
from racewalk.scenario.template import TEMPLATES, starting_text

router = APIRouter(prefix="/api")


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/health", tags=["server"], summary="Whether the server lives", responses=documented(500))
async def health() -> Health:
    return Health(status="ok", version=__version__)


@router.get("/scenarios", tags=["scenarios"], summary="All shipped scenarios", responses=documented(500))
async def list_scenarios(request: Request) -> ScenarioList:
    catalog = service_of(request).catalog
    found = [(name, bundle) for name in catalog.ids() if (bundle := catalog.bundle(name)) is not None]
    return ScenarioList(scenarios=[scenario_summary(name, header_of(bundle)) for name, bundle in found])


@router.get(
    "/scenarios/{id}", tags=["scenarios"], summary="One scenario with its text", responses=documented(404, 422, 500)
)
async def get_scenario(
    request: Request, name: Annotated[str, Path(alias="id", max_length=64, description="as the list gives it")]
) -> ScenarioDetail:
    catalog = service_of(request).catalog
    bundle = catalog.bundle(name)
    if bundle is None:
        raise Refused(404, no_scenario(name, catalog), "GET /api/scenarios lists them.")
    return scenario_detail(name, header_of(bundle), bundle)


@router.post(
    "/compile",
    tags=["scenarios"],
    summary="What the compiler says to a text",
    responses=documented(400, 403, 413, 422, 429, 500),
)
async def compile_text(request: Request, wanted: CompileRequest) -> Compiled:
    """Compiles the variant that a session would open.

    A text with errors is a good request: the answer holds the diagnostics.
    """
    service = await _admitted(request)
    files = Files.of((file.path, file.text) for file in wanted.files)
    try:
        built = await service.build(client_of(request), files.main or "", files, wanted.variant)
    except CompileError as error:
        return _wrong(diagnostic_view(diagnostic) for diagnostic in error.diagnostics)
    except UnknownVariant as error:
        hint = did_you_mean(wanted.variant or "", error.known)
        return _wrong([diagnostic_view(Diagnostic("error", "unknown-variant", str(error), None, hint))])
    model = built.model
    return Compiled(
        ok=True,
        diagnostics=[diagnostic_view(diagnostic) for diagnostic in built.warnings],
        steps=sum(len(actor.steps) for actor in model.program.actors),
        actors=[info.name for info in model.actors],
    )


def _wrong(diagnostics: Iterable[DiagnosticView]) -> Compiled:
    return Compiled(ok=False, diagnostics=list(diagnostics), steps=0, actors=[])


@router.post(
    "/sources",
    tags=["scenarios"],
    summary="The files of a variant as they are written",
    responses=documented(400, 403, 404, 413, 422, 429, 500),
)
async def sources(request: Request, wanted: SourcesRequest) -> Sources:
    """The scenario and what it includes, of the library too, for whoever edits them. The text may have errors."""
    service = await _admitted(request)
    catalog = service.catalog
    shipped = catalog.bundle(wanted.scenario)
    if wanted.bundle is not None:
        files = Files.of((file.path, file.text) for file in wanted.bundle.files)
    elif shipped is not None:
        files = shipped
    else:
        raise Refused(404, no_scenario(wanted.scenario, catalog), "GET /api/scenarios lists them.")
    found = await service.in_thread(client_of(request), sources_of, files, wanted.variant, shipped, catalog.library)
    return Sources(
        files=[source_view(source) for source in found],
        words=[WordView(name=word.name, takes=", ".join(word.args)) for word in BUILTINS.values()],
    )


@router.get("/templates", tags=["scenarios"], summary="What a text of one's own begins with", responses=documented(500))
async def templates() -> TemplateList:
    return TemplateList(
        templates=[
            Template(id=name, title=title, text=starting_text("@NAME@", name)) for name, title in TEMPLATES.items()
        ]
    )


async def _admitted(request: Request) -> Service:
    """The service, for work that every client may ask for so often in a minute. Raises Refused."""
    service = service_of(request)
    client = client_of(request)
    if not await service.may_compile(client):
        raise Refused(429, TOO_MANY_COMPILATIONS, "Wait a little.", {"Retry-After": "60"})
    return service
