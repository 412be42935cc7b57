"""The process that searches for the server: `python -m racewalk.scenario.worker MEMORY_BYTES`.

It gets the text and builds the scenario itself, so that nothing but text and numbers crosses.
"""

from __future__ import annotations

import sys

from racewalk.explore.bounds import Bounds, Progress
from racewalk.explore.codec import result_to_json
from racewalk.explore.duty import Json, Send, serve
from racewalk.model import Move
from racewalk.scenario.analyses import do_analysis
from racewalk.scenario.build import Builder
from racewalk.scenario.catalog import shipped
from racewalk.scenario.job import built_of, do_job
from racewalk.scenario.outlooks import Outlooks
from racewalk.scenario.telling import progress_json


def main() -> None:
    library = shipped().library
    builder, outlooks = Builder(library), Outlooks()

    def do(job: Json, send: Send) -> Json:
        """A search; with the type "outlook" what lies ahead after some moves, with "analysis" an analysis."""

        def report(progress: Progress) -> None:
            send(progress_json(progress))

        if job.get("type") == "outlook":
            moves = [Move(actor, choice) for actor, choice in job["moves"]]
            bounds = Bounds(job["states"], job["seconds"], job["memory_bytes"])
            return outlooks.answer(built_of(job, builder), moves, job["kind"], bounds, job.get("whole", True), send)
        if job.get("type") == "analysis":
            return do_analysis(job, builder, library, send)
        return result_to_json(do_job(job, builder, report))

    serve(do, int(sys.argv[1]))


if __name__ == "__main__":
    main()
