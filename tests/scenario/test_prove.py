"""Proofs on the reduced program say the same as those on the whole one, and their schedules run on the whole one."""

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import Found, SearchResult
from racewalk.model import Move
from racewalk.program.reduce import REDUCTIONS, reduce
from racewalk.scenario.judge import judge
from racewalk.scenario.prove import prove, unfold

from tests.scenario.test_shipped import PROVEN, built


def verdicts(result: SearchResult) -> dict[str, tuple[str, int, str]]:
    return {one.kind: (one.verdict, len(one.schedule), one.finding.message) for one in result.found}


@pytest.mark.parametrize(("name", "variant"), PROVEN)
def test_a_reduced_proof_has_the_verdicts_and_shortest_schedules_of_the_whole(name: str, variant: str) -> None:
    model = built(name, variant).model

    reduced = prove(model, Bounds(), tuple(REDUCTIONS))
    whole = search(model, Query())

    assert verdicts(reduced) == verdicts(whole)
    assert reduced.reductions == tuple(REDUCTIONS)
    assert whole.reductions == ()
    assert reduced.states <= whole.states
    assert set(reduced.covers) == set(whole.covers)


def test_a_judgement_on_the_reduced_program_is_as_expected() -> None:
    judgement = judge(built("uffd-copy", "patch-v1"), Bounds(), reductions=["fuse", "live"])

    assert judgement.as_expected
    assert judgement.result.reductions == ("fuse", "live")


def test_a_schedule_of_the_reduced_program_unfolds_into_one_of_the_whole() -> None:
    model = built("uffd-copy", "patch-v1").model
    small = ScenarioModel(reduce(model.program))
    for one in search(small, Query()).found:
        schedule, finding = unfold(model, small, one)

        assert finding.kind == one.kind
        assert len(schedule) > len(one.schedule)
        assert one.kind in kinds_after(model, schedule)


def kinds_after(model: ScenarioModel, schedule: tuple[Move, ...]) -> set[str]:
    state, kinds = model.initial(), set()
    for move in schedule:
        outcome = model.step(state, move)
        state = outcome.state
        kinds |= {finding.kind for finding in outcome.findings}
    return kinds | {finding.kind for finding in model.final_findings(state)}


def test_without_time_for_the_whole_program_a_finding_has_the_unfolded_schedule() -> None:
    model = built("lost-update", "plain").model
    found: Found | None = prove(model, Bounds(), ["fuse"]).get("lost-update")

    assert found is not None
    assert len(found.schedule) == 4
