"""What a page asks of the future, as a job for a worker process, and the answer as a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from racewalk.api.messages import ChancesView, MoveLight, Outlook, OutlookAnswer
from racewalk.api.settings import Settings
from racewalk.api.walk import VerbFailed, Walk
from racewalk.lang.bundle import Bundle
from racewalk.session.history import Node

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ahead:
    """One `outlook`, and the node that it is about."""

    message: Outlook
    kind: str | None
    node: Node

    def job(self, walk: Walk, name: str, bundle: Bundle, settings: Settings) -> Json:
        return {
            "type": "outlook",
            "name": name,
            "files": list(bundle),
            "variant": walk.built.variant.id,
            "kind": self.kind,
            "moves": [node.move for node in self.node.path()],
            "states": min(settings.outlook_states, settings.search_states),
            "seconds": settings.search_seconds / 4,  # for the graph, that of what follows, and a sample
            "memory_bytes": settings.search_memory_bytes // 4,
        }


def ahead_of(message: Outlook, walk: Walk) -> Ahead:
    """Raises VerbFailed where that cannot be asked."""
    kind = message.kind if message.kind is not None else walk.built.variant.asks
    if kind == "livelock":
        raise VerbFailed("bad-request", "a livelock shows in no single run; search all schedules for it")
    node = walk.history.cursor
    if node.fatal:
        raise VerbFailed("not-enabled", "the run has ended here, and nothing follows")
    return Ahead(message, kind, node)


def outlook_answer(ahead: Ahead, walk: Walk, told: Json) -> OutlookAnswer:
    """The message for what a worker found out."""
    actors, figures = walk.built.model.actors, told["chances"]
    names = ChancesView.model_fields.keys() - {"sentences"}
    return OutlookAnswer(
        seq=ahead.message.seq,
        node=ahead.node.id,
        kind=ahead.kind,
        here=told["here"],
        ends=told["ends"],
        moves=[
            MoveLight(actor=actors[actor].letter, choice=choice, light=light) for actor, choice, light in told["lights"]
        ],
        chances=ChancesView(sentences=told["sentences"], **{name: figures[name] for name in names}),
        elapsed_s=told["elapsed_s"],
    )
