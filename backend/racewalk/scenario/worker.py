"""The process that searches for the server: `python -m racewalk.scenario.worker MEMORY_BYTES`.

It gets the text and builds the scenario itself, so that nothing but text and numbers crosses.
"""

from __future__ import annotations

import sys

from racewalk.explore.bounds import Bounds
from racewalk.explore.codec import result_to_json
from racewalk.explore.duty import JobRefused, Json, Send, serve
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.model import Move
from racewalk.scenario.build import Builder, UnknownVariant
from racewalk.scenario.catalog import shipped
from racewalk.scenario.outlooks import Outlooks


def main() -> None:
    builder, outlooks = Builder(shipped().library), Outlooks()

    def do(request: Json, progress: Send) -> Json:
        """`request`: name, files as [path, text], variant, and the bounds: states, seconds, memory_bytes.

        With the type "outlook" also: moves as [actor, choice], kind.
        """
        bundle = Bundle.of((path, text) for path, text in request["files"])
        try:
            built = builder.build(request["name"], bundle, request["variant"])
        except (CompileError, UnknownVariant) as error:
            raise JobRefused("does-not-compile", str(error)) from None
        bounds = Bounds(request["states"], request["seconds"], request["memory_bytes"])
        if request.get("type") == "outlook":
            moves = [Move(actor, choice) for actor, choice in request["moves"]]
            return outlooks.answer(built, moves, request["kind"], bounds)
        return result_to_json(search(built.model, Query(bounds=bounds), lambda news: progress(news._asdict())))

    serve(do, int(sys.argv[1]))


if __name__ == "__main__":
    main()
