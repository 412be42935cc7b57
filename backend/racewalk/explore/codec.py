"""A search's result as JSON, to cross from a worker process; what is read back equals what was written."""

from __future__ import annotations

from typing import Any

from racewalk.explore.verdict import Found, SearchResult
from racewalk.model import Finding, Move

Json = dict[str, Any]


def result_to_json(result: SearchResult) -> Json:
    return {
        "found": [_found_to_json(found) for found in result.found],
        "covers": list(result.covers.items()),
        "states": result.states,
        "transitions": result.transitions,
        "ends": result.ends,
        "depth": result.depth,
        "bounds": result.bounds,
        "elapsed_s": result.elapsed_s,
        "mode": result.mode,
        "reached": result.reached,
        "omission": result.omission,
        "memory_bytes": result.memory_bytes,
        "reductions": result.reductions,
    }


def result_from_json(data: Json) -> SearchResult:
    """The other way round. The data is our own, from a worker that we started."""
    return SearchResult(
        found=tuple(_found_from_json(found) for found in data["found"]),
        covers=dict(data["covers"]),
        states=data["states"],
        transitions=data["transitions"],
        ends=data["ends"],
        depth=data["depth"],
        bounds=tuple(data["bounds"]),
        elapsed_s=data["elapsed_s"],
        mode=data["mode"],
        reached=None if data["reached"] is None else _schedule(data["reached"]),
        omission=data["omission"],
        memory_bytes=data["memory_bytes"],
        reductions=tuple(data["reductions"]),
    )


def _found_to_json(found: Found) -> Json:
    finding = found.finding
    return {
        "finding": {
            "kind": finding.kind,
            "message": finding.message,
            "fatal": finding.fatal,
            "warning": finding.warning,
            "actor": finding.actor,
            "label": finding.label,
            "details": finding.details,
        },
        "verdict": found.verdict,
        "schedule": found.schedule,
    }


def _found_from_json(data: Json) -> Found:
    finding = Finding(**{**data["finding"], "details": tuple(data["finding"]["details"])})
    return Found(finding, data["verdict"], _schedule(data["schedule"]))


def _schedule(data: list[list[Any]]) -> tuple[Move, ...]:
    return tuple(Move(actor, choice) for actor, choice in data)
