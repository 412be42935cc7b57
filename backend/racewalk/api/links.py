"""REST: a short link for a long one. The page opens `#s1~ID` by asking for what ID stands for."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Path, Request

from racewalk.api.link_store import ID_PATTERN, LinksFull, LinksNotKept, LinkStore
from racewalk.api.problems import Refused, documented
from racewalk.api.scenarios import service_of
from racewalk.api.service import client_of
from racewalk.api.snapshot import LongLink, ShortLink

log = logging.getLogger("racewalk.api")
router = APIRouter(prefix="/api")

KEPT = "It is kept on this server's disk."
LIVES = "It lives as long as this server runs, and on a busy one until newer links need its room."


@router.post(
    "/links",
    tags=["links"],
    summary="A short link for a long one",
    responses=documented(400, 403, 404, 413, 422, 429, 507, 500),
)
async def shorten(request: Request, link: LongLink) -> ShortLink:
    """The same link has the same short one."""
    service, store = service_of(request), _store(request)
    client = client_of(request)
    if not await service.may_shorten(client):
        raise Refused(429, "There were too many short links in a minute.", "Wait a little.", {"Retry-After": "60"})
    try:
        name = await service.in_thread(client, store.keep, link.fragment)
    except LinksFull:
        raise Refused(507, "The server has no room for another short link.", "The long link works, too.") from None
    except LinksNotKept as error:
        log.error("%s", error)
        raise Refused(
            507, "The server cannot write short links now; why is in its log.", "The long link works, too."
        ) from None
    return ShortLink(id=name, fragment=f"s1~{name}", lasting=store.lasting, note=KEPT if store.lasting else LIVES)


@router.get("/links/{id}", tags=["links"], summary="What a short link stands for", responses=documented(404, 422, 500))
async def lengthen(
    request: Request, name: Annotated[str, Path(alias="id", pattern=f"^{ID_PATTERN}$", description="as POST gave it")]
) -> LongLink:
    service, store = service_of(request), _store(request)
    text = await service.in_thread(client_of(request), store.find, name)
    if text is None:
        hint = None if store.lasting else "Short links of this server live no longer than the server."
        raise Refused(404, "The server does not know this short link.", hint)
    return LongLink(fragment=text)


def _store(request: Request) -> LinkStore:
    store = service_of(request).links
    if store is None:
        raise Refused(404, "This server keeps no short links.", "The long link works without them.")
    return store
