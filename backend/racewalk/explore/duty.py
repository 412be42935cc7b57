"""What a worker process does: read a job, do it, answer, and wait for the next.

Each line on the standard input is a job and each line on the standard output a message, both JSON:

    {"progress": {...}}                      any number of these,
    {"result": {...}}                        then one of these,
    {"error": {"code": "...", "message": "..."}}   or of these

The process ends when its input closes or nobody reads its output any more.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Send = Callable[[Json], None]


class JobRefused(Exception):
    """A job that cannot be done for a reason to be told: bad input, not a fault of ours."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def serve(job: Callable[[Json, Send], Json], memory_bytes: int | None) -> None:
    """Do jobs until the input ends. `job(request, progress)` returns its result or raises JobRefused."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers itself
    os.nice(5)  # stepping goes first
    if memory_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    output = sys.stdout.buffer

    def send(message: Json) -> None:
        output.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        output.flush()

    try:
        for line in sys.stdin.buffer:
            if not _one(job, line, send):
                return
    except BrokenPipeError:
        os._exit(0)  # the server is gone; there is nobody to tell, and flushing would complain again


def _one(job: Callable[[Json, Send], Json], line: bytes, send: Send) -> bool:
    """Do one job; False when the process should not do another."""
    try:
        send({"result": job(json.loads(line), lambda progress: send({"progress": progress}))})
    except JobRefused as refusal:
        send({"error": {"code": refusal.code, "message": str(refusal)}})
    except MemoryError:
        send({"error": {"code": "memory", "message": "the search needs more memory than it may have"}})
        return False
    return True
