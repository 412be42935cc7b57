"""What guides a reader leads somewhere: every stop of the tour, every tie of the mail, every word of the glossary."""

from __future__ import annotations

import re

import pytest
from racewalk.api.guide import guide_of, mail_of
from racewalk.api.guide_views import Leg, Mail, MailPoint, Tie, Tour
from racewalk.scenario.build import build, header_of
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.glossary import pattern_of
from racewalk.scenario.way import Leg as WayLeg
from racewalk.scenario.way import NoSuchWay, schedule_along

CATALOG = shipped()
MOST_QUOTED = 14
"""Words of the mail in one quotation."""


def the_mail() -> Mail:
    mail = mail_of(CATALOG)
    assert mail is not None
    return mail


def the_tour() -> Tour:
    tour = guide_of(CATALOG).tour
    assert tour is not None
    return tour


def built(scenario: str, variant: str) -> Built:
    bundle = CATALOG.bundle(scenario)
    assert bundle is not None, f"there is no scenario {scenario}"
    return build(scenario, bundle, variant, CATALOG.library)


def way(legs: list[Leg]) -> list[WayLeg]:
    return [WayLeg(leg.actor, leg.before, leg.after, tuple(leg.choices)) for leg in legs]


TIES = [(point, tie) for point in the_mail().points for tie in point.ties]


@pytest.mark.parametrize(("point", "tie"), TIES, ids=[f"{point.id}-{tie.scenario}" for point, tie in TIES])
def test_every_tie_of_the_mail_leads_to_its_step(point: MailPoint, tie: Tie) -> None:
    assert tie.way, "a tie says to which step it leads"

    schedule_along(built(tie.scenario, tie.variant).model, way(tie.way))


def test_the_tour_goes_the_shortest_way_to_the_lost_page() -> None:
    tour = the_tour()
    legs = [stop.leg for stop in tour.stops if stop.leg is not None]

    schedule = schedule_along(built(tour.scenario, tour.variant).model, way(legs))

    assert schedule == "1.a5EYb14YCa2TJ"


def test_a_stop_of_the_tour_has_words_of_its_own_or_a_note_to_take_them_from() -> None:
    tour = the_tour()
    header = built(tour.scenario, tour.variant).header

    for stop in tour.stops:
        noted = stop.leg is not None and any(
            note.at == stop.leg.before and (note.variants is None or tour.variant in note.variants)
            for note in header.notes
        )
        assert stop.say or noted, stop.title


def test_a_leg_that_nobody_can_go_says_where_it_ends() -> None:
    model = built("uffd-copy", "patch-v1").model

    with pytest.raises(NoSuchWay, match=r"leg 1: nobody is called 'reclaim'"):
        schedule_along(model, [WayLeg("reclaim", before="x")])
    with pytest.raises(NoSuchWay, match=r"leg 1: application cannot go on at 'application: wait_until"):
        schedule_along(model, [WayLeg("application", after="user_load: nothing")])


def test_a_leg_takes_the_choices_that_it_names_and_then_the_first() -> None:
    model = built("bounded-buffer", "three-for-one").model
    asleep = [WayLeg(f"CPU {i}", before="sleep: schedule()") for i in (1, 2)]

    def woken(*choices: int) -> str:
        return schedule_along(model, [*asleep, WayLeg("CPU 0", after="wake_one: wake_up(&queue)", choices=choices)])

    assert woken() == woken(0) != woken(1)
    with pytest.raises(NoSuchWay, match=r"leg 3: CPU 0 cannot go on at 'wake_one: wake_up\(&queue\)' with choice 2"):
        woken(2)


def test_quotations_of_the_mail_are_a_few_words() -> None:
    for point in the_mail().points:
        assert len((point.quote or "").split()) <= MOST_QUOTED, point.id


def test_every_system_that_the_mail_names_is_explained_and_at_work_in_a_scenario() -> None:
    terms = {term.term: term for term in guide_of(CATALOG).terms}

    for system, scenarios in the_mail().systems.items():
        assert system in terms, f"{system} is not in the glossary"
        assert scenarios, system
        assert set(scenarios) <= set(CATALOG.ids()), system


def test_every_scenario_of_the_mail_is_reached_from_one_of_its_points_or_systems() -> None:
    mail = the_mail()
    reached = {tie.scenario for _, tie in TIES} | {name for names in mail.systems.values() for name in names}

    headers = {name: header_of(bundle) for name in CATALOG.ids() if (bundle := CATALOG.bundle(name)) is not None}
    of_the_mail = {name for name, header in headers.items() if header.group == "The mail"}

    assert of_the_mail <= reached, of_the_mail - reached


def test_every_term_occurs_in_a_scenario_or_says_where_else() -> None:
    for term in guide_of(CATALOG).terms:
        assert term.scenarios or term.elsewhere, term.term
        assert term.say.endswith("."), term.term


def test_no_spelling_belongs_to_two_terms() -> None:
    spellings = [spelling for term in guide_of(CATALOG).terms for spelling in (term.term, *term.also)]

    assert len(set(spellings)) == len(spellings)


def test_what_titles_and_summaries_speak_of_is_explained() -> None:
    """Kernel words: what has an underscore, and what is spelled in capitals."""
    terms = guide_of(CATALOG).terms
    explained = pattern_of([spelling for term in terms for spelling in (term.term, *term.also)])
    plain = {"CPU", "CPUs", "O", "I", "A", "B"}

    for name in CATALOG.ids():
        bundle = CATALOG.bundle(name)
        assert bundle is not None
        header = header_of(bundle)
        for word in re.findall(r"\b(?:[A-Za-z]+_\w+|[A-Z][A-Z]+\w*(?:-\w+)?)", f"{header.title} {header.summary}"):
            assert word in plain or explained.search(word), f"{name}: {word}"


def test_a_word_is_found_where_it_stands_alone() -> None:
    found = pattern_of(["VMA", "VMA lock", "page table", "pte_free_defer()"])

    assert found.findall("VMAs, the VMA lock, vma, VMA_X, Page tables\nand page\ntable; pte_free_defer()") == [
        "VMAs",
        "VMA lock",
        "Page tables",
        "page\ntable",
        "pte_free_defer()",
    ]


def test_the_levels_name_the_groups_and_scenarios_that_there_are() -> None:
    headers = {name: header_of(bundle) for name in CATALOG.ids() if (bundle := CATALOG.bundle(name)) is not None}
    levels = guide_of(CATALOG).levels

    assert {level.group for level in levels} == {header.group for header in headers.values()}
    for level in levels:
        for name in level.first:
            assert headers[name].group == level.group
