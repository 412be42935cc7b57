"""The variant that a request is about, built; whatever is wrong with it is a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.api.problems import Refused, no_scenario
from racewalk.api.service import Service
from racewalk.api.snapshot import Bundle
from racewalk.lang.bundle import Bundle as Files
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import UnknownOmission, UnknownVariant
from racewalk.scenario.built import Built


async def built_of(
    service: Service,
    client: str,
    scenario: str,
    bundle: Bundle | None,
    variant: str | None,
    without: Sequence[str] = (),
) -> Built:
    """With a bundle the text is the client's own, and `scenario` its name. Raises Refused."""
    if bundle is not None:
        files = Files.of((file.path, file.text) for file in bundle.files)
    else:
        shipped = service.catalog.bundle(scenario)
        if shipped is None:
            raise Refused(404, no_scenario(scenario, service.catalog), "GET /api/scenarios lists them.")
        files = shipped
    try:
        return await service.build(client, scenario, files, variant, without)
    except CompileError as error:
        first = next(one for one in error.diagnostics if one.severity == "error")
        raise Refused(409, f"The text does not compile: {first.message}", "POST /api/compile tells more.") from None
    except (UnknownVariant, UnknownOmission) as error:
        raise Refused(404, f"{error}.") from None
