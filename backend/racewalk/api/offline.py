"""A run as one HTML file that needs neither server nor network: the page, built a second time, with the run inside.

`vite.offline.config.js` leaves `offline.html` beside the built page: script and style stand in it, and its policy lets
nothing else run and nothing be fetched. Here the run is put in, as data. Whatever a text holds, it stays data: it is
packed, or JSON without `<`, or escaped HTML, and what was put in is not looked at for places again.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

from racewalk import __version__
from racewalk.api.messages import Opened, Recording
from racewalk.api.snapshot import Bundle
from racewalk.api.views import NodeViews, program_view
from racewalk.scenario.run_export import Run, as_text

TEMPLATE = Path(__file__).resolve().parents[1] / "static" / "offline.html"
LONGEST_LINK = 8_000  # characters; a longer one is cut by somebody on its way

PLACE = re.compile(r"%RACEWALK_(TITLE|TEXT|RUN)%")
PLACES = {"TITLE", "TEXT", "RUN"}


class PageNotBuilt(Exception):
    """There is no page to put a run into; the message says how one comes by it."""

    def __init__(self) -> None:
        super().__init__(
            "the offline page has not been built: in a checkout `python3 dev.py build` builds it; a wheel carries it"
        )


def offline_page(run: Run, server: str | None = None, template: Path | None = None) -> str:
    """The whole file; `server` is the address of one that a reader can go on at. Raises PageNotBuilt."""
    try:
        page = (template or TEMPLATE).read_text(encoding="utf-8")
    except OSError:
        raise PageNotBuilt from None
    if {found[1] for found in PLACE.finditer(page)} != PLACES:
        raise PageNotBuilt
    parts = {
        "TITLE": html.escape(f"{run.title} · Racewalk"),
        "TEXT": html.escape(as_text(run)),
        "RUN": _as_script_data(recording(run, server)),
    }
    return PLACE.sub(lambda found: parts[found[1]], page)


def recording(run: Run, server: str | None = None) -> Recording:
    return Recording(
        version=__version__,
        scenario=run.built.name,
        shipped=run.shipped,
        variant=run.variant,
        schedule=run.schedule,
        model_hash=run.built.model.model_hash,
        link=None if server is None else link_to(run, server),
        packed=_packed(opened_at_end(run).model_dump_json(by_alias=True)),
    )


def opened_at_end(run: Run) -> Opened:
    """What a server would send of the run, but for the text as it was before the variant's edits."""
    history = run.history
    views = NodeViews(run.built.model, history)
    program = program_view(run.built)
    scenario = program.scenario.model_copy(update={"bundle": Bundle(files=[])})
    return Opened(
        seq=0,
        program=program.model_copy(update={"scenario": scenario}),
        nodes=[views.view(node) for node in (history.root, *run.path)],
        world=dict(views.world(history.root)),
        cursor=history.cursor.id,
        schedule=run.schedule,
    )


def link_to(run: Run, server: str) -> str:
    """The run on a server, as `frontend/src/lib/link.ts` writes it; only the server's address where none can be had."""
    address = server.split("#")[0]
    parts = ["v1", run.built.name, run.variant, run.schedule, "", run.built.model.model_hash, ""]
    if not run.shipped:
        files = [{"path": path, "text": text} for path, text in run.built.bundle]
        parts.append(_packed(json.dumps({"files": files}, ensure_ascii=False)))
    link = "~".join(parts)
    plain = re.fullmatch(r"[A-Za-z0-9._~-]+", link) is not None
    return f"{address}#{link}" if plain and not run.without and len(link) <= LONGEST_LINK else address


def _packed(text: str) -> str:
    """Deflated, base64url: a tenth of the JSON, which repeats itself."""
    deflate = zlib.compressobj(9, wbits=-15)
    packed = deflate.compress(text.encode()) + deflate.flush()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _as_script_data(recording: Recording) -> str:
    """JSON in which no HTML can begin or end: these characters stand only in its strings."""
    text = recording.model_dump_json()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
