"""REST: two variants side by side, and how runs go in both."""

from __future__ import annotations

from fastapi import APIRouter, Request

from racewalk.api.building import built_of
from racewalk.api.diff_views import (
    DiffHunk,
    DiffLine,
    DiffPart,
    DiffPiece,
    DiffRequest,
    DiffRow,
    RunComparison,
    StepNumbers,
    VariantDiff,
)
from racewalk.api.problems import Refused, documented
from racewalk.api.scenarios import service_of
from racewalk.api.service import client_of
from racewalk.scenario.built import Built
from racewalk.scenario.line_diff import Piece, Row
from racewalk.scenario.run_diff import followed, parting, parting_words
from racewalk.scenario.text_parts import Part
from racewalk.scenario.variant_diff import Executed, Hunk, PartDiff, executed_lines, steps_in, text_diff
from racewalk.session.schedule import Entry, ScheduleError, parse_schedule

router = APIRouter(prefix="/api")

MOST_STEPS = 1_000
"""Of a run that is followed in both; a longer one up to there."""

Runs = list[tuple[str, Executed, Executed]]


@router.post(
    "/diff",
    tags=["scenarios"],
    summary="Two variants side by side, and how runs go in both",
    responses=documented(400, 403, 404, 409, 413, 422, 429, 500),
)
async def compare_variants(request: Request, wanted: DiffRequest) -> VariantDiff:
    """The text that runs, function by function. The moves of a schedule count, its checks do not."""
    service = service_of(request)
    client = client_of(request)
    if not await service.may_compile(client):
        raise Refused(429, "There were too many comparisons in a minute.", "Wait a little.", {"Retry-After": "60"})
    runs = [(run.name, _moves(run.schedule)) for run in wanted.runs]
    left = await built_of(service, client, wanted.scenario, wanted.bundle, wanted.left)
    right = await built_of(service, client, wanted.scenario, wanted.bundle, wanted.right)
    return await service.in_turn(client, _compared, left, right, runs)


def _moves(schedule: str) -> tuple[Entry, ...]:
    try:
        return parse_schedule(schedule)[:MOST_STEPS]
    except ScheduleError as error:
        raise Refused(409, str(error)) from None


def _compared(left: Built, right: Built, moves: list[tuple[str, tuple[Entry, ...]]]) -> VariantDiff:
    runs = [(name, followed(left, run), followed(right, run)) for name, run in moves]
    parts = text_diff(left, right)
    executed = [(name, executed_lines(mine), executed_lines(theirs)) for name, mine, theirs in runs]
    return VariantDiff(
        left=left.variant.id,
        right=right.variant.id,
        parts=[_part(part, executed) for part in parts if part.hunks],
        same=sum(not part.hunks for part in parts),
        runs=[
            RunComparison(
                name=name,
                parts_at=parting(mine, theirs),
                left_steps=len(mine.path),
                right_steps=len(theirs.path),
                sentences=parting_words(mine, theirs),
            )
            for name, mine, theirs in runs
        ],
    )


def _part(part: PartDiff, runs: Runs) -> DiffPart:
    return DiffPart(
        kind=part.part.kind,
        name=part.part.name,
        left_file=part.left.path if part.left else None,
        right_file=part.right.path if part.right else None,
        rows=[_row(part, row) for row in part.rows],
        hunks=[_hunk(part, hunk, runs) for hunk in part.hunks],
    )


def _hunk(part: PartDiff, hunk: Hunk, runs: Runs) -> DiffHunk:
    steps = [
        StepNumbers(run=name, left=steps_in(mine, part.left, hunk.left), right=steps_in(theirs, part.right, hunk.right))
        for name, mine, theirs in runs
    ]
    return DiffHunk(first=hunk.first, end=hunk.end, steps=steps)


def _row(part: PartDiff, row: Row) -> DiffRow:
    return DiffRow(
        how=row.how,
        left=_line(part.left, row.left, row.left_pieces),
        right=_line(part.right, row.right, row.right_pieces),
    )


def _line(part: Part | None, at: int | None, pieces: tuple[Piece, ...]) -> DiffLine | None:
    if part is None or at is None:
        return None
    number = None if part.first is None else part.first + at
    return DiffLine(line=number, pieces=[DiffPiece(text=piece.text, marked=piece.marked) for piece in pieces])
