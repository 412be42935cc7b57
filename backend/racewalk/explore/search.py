"""The search: the one way in for whoever has a question about all schedules of a model."""

from __future__ import annotations

from racewalk.explore.bounds import Cancelled, Report
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.verdict import SearchResult
from racewalk.model import Model


def search(
    model: Model,
    query: Query = Query(),  # noqa: B008  (frozen)
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> SearchResult:
    """Answer a query. Raises SearchCancelled within a fifth of a second of being asked to."""
    return explore_naively(model, query.bounds, report, cancelled)
