"""REST: the shipped scenarios, and the compiler for a text of one's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from racewalk.api.problems import Refused, documented, no_scenario
from racewalk.api.service import Service
from racewalk.api.snapshot import Bundle, Compiled, Health, ScenarioDetail, ScenarioList
from racewalk.api.views import diagnostic_view, scenario_detail, scenario_summary
from racewalk.lang.bundle import Bundle as Files
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import header_of
from racewalk.scenario.version import version

router = APIRouter(prefix="/api")


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/health", tags=["server"], summary="Whether the server lives", responses=documented(500))
async def health() -> Health:
    return Health(status="ok", version=version())


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
async def compile_text(request: Request, bundle: Bundle) -> Compiled:
    """Compiles the variant that a session would open.

    A text with errors is a good request: the answer holds the diagnostics.
    """
    service = service_of(request)
    client = request.client.host if request.client is not None else ""
    if not await service.may_compile(client):
        raise Refused(429, "There were too many compilations in a minute.", "Wait a little.", {"Retry-After": "60"})
    files = Files.of((file.path, file.text) for file in bundle.files)
    try:
        built = await service.build(files.main or "", files, None)
    except CompileError as error:
        diagnostics = [diagnostic_view(diagnostic) for diagnostic in error.diagnostics]
        return Compiled(ok=False, diagnostics=diagnostics, steps=0, actors=[])
    model = built.model
    return Compiled(
        ok=True,
        diagnostics=[diagnostic_view(diagnostic) for diagnostic in built.warnings],
        steps=sum(len(actor.steps) for actor in model.program.actors),
        actors=[info.name for info in model.actors],
    )
