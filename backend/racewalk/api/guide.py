"""REST: what guides a reader: levels, tour and glossary; the mail, point by point; the documents for authors."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from ruamel.yaml import YAML

from racewalk.api.guide_views import Document, GlossaryTerm, Guide, Level, Mail, Tour
from racewalk.api.problems import Refused, documented
from racewalk.api.scenarios import service_of
from racewalk.api.service import client_of
from racewalk.scenario.catalog import Catalog, DocumentName, GuideName
from racewalk.scenario.glossary import appearances

router = APIRouter(prefix="/api", tags=["guide"])


@router.get("/guide", summary="Levels, tour and glossary", responses=documented(500))
async def get_guide(request: Request) -> Guide:
    service = service_of(request)
    return await service.in_thread(client_of(request), guide_of, service.catalog)


@router.get("/mail", summary="The mail, tied to steps", responses=documented(404, 500))
async def get_mail(request: Request) -> Mail:
    service = service_of(request)
    mail = await service.in_thread(client_of(request), mail_of, service.catalog)
    if mail is None:
        raise Refused(404, "This server has no mail to show.")
    return mail


@router.get("/documents/{name}", summary="A document, as Markdown", responses=documented(404, 422, 500))
async def get_document(request: Request, name: DocumentName) -> Document:
    text = service_of(request).catalog.document(name)
    if text is None:
        raise Refused(404, "This server does not have that document.")
    return Document(name=name, text=text)


@lru_cache(maxsize=4)
def guide_of(catalog: Catalog) -> Guide:
    """Empty where the catalog's folder has no guide."""
    home, tour, glossary = _read(catalog, "home"), _read(catalog, "tour"), _read(catalog, "glossary")
    terms = [GlossaryTerm.model_validate(term) for term in (glossary or {"terms": []})["terms"]]
    shown = appearances({term.term: [term.term, *term.also] for term in terms}, catalog)
    return Guide(
        levels=[Level.model_validate(level) for level in (home or {"levels": []})["levels"]],
        tour=None if tour is None else Tour.model_validate(tour),
        terms=[term.model_copy(update={"scenarios": list(shown[term.term])}) for term in terms],
    )


@lru_cache(maxsize=4)
def mail_of(catalog: Catalog) -> Mail | None:
    content = _read(catalog, "mail")
    return None if content is None else Mail.model_validate(content)


def _read(catalog: Catalog, name: GuideName) -> Any:
    text = catalog.guide(name)
    return None if text is None else YAML(typ="safe", pure=True).load(text)
