"""A reader with a phone: what one steps, and what one is asked, can be seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

NewContext = Callable[..., BrowserContext]

LOST_PAGE = "#v1~uffd-copy~patch-v1~1.a5EYb14YCa2TJ~~~"
LONG_LINE = "#v1~exit-mmap~v5.8~2.aWIBIXDXAbQBNIaWVDXbNCJOaKCbLC~~~"


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    return new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()


def step(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Step").get_by_role("button", name=re.compile(f"^Step {name}"))


def test_the_lane_that_was_stepped_comes_into_view_and_then_the_finding(phone: Page) -> None:
    phone.goto(f"/{LOST_PAGE}")
    expect(phone.get_by_text("Step 21 of 21")).to_be_visible()
    assert phone.evaluate("scrollY") == 0
    phone.get_by_role("button", name="Previous switch").tap()
    phone.get_by_role("button", name="Previous switch").tap()

    lane = phone.get_by_role("region", name=re.compile("^CPU 1 uffd monitor"))
    expect(lane.locator("mark").first).to_be_in_viewport()
    phone.get_by_role("button", name="To the end").tap()
    expect(phone.get_by_text("Step 21 of 21")).to_be_visible()
    expect(phone.get_by_role("region", name="Finding: Lost PTE")).to_be_in_viewport()


def test_the_expression_about_to_run_is_whole_though_its_line_is_long(phone: Page) -> None:
    phone.goto(f"/{LONG_LINE}")
    expect(phone.get_by_text("Step 12 of 12")).to_be_visible()
    source = phone.get_by_role("region", name=re.compile("^Source of CPU 1"))

    assert "".join(source.locator("mark").all_inner_texts()) == "pmdp_get_lockless(pmd)"
    mark, room = source.locator("mark").last.bounding_box(), source.bounding_box()
    assert mark
    assert room
    assert mark["x"] + mark["width"] <= room["x"] + room["width"]


def test_a_question_on_the_tour_leaves_room_for_the_code(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.add_init_script("localStorage.setItem('racewalk.predict', 'on')")
    phone.goto("/")
    phone.get_by_role("button", name="Take the two-minute tour").tap()
    phone.get_by_role("button", name="Next", exact=True).tap()
    step(phone, "CPU 0").tap()

    expect(phone.get_by_role("form", name="Prediction")).to_be_visible()
    expect(phone.get_by_role("region", name="Timeline")).to_be_hidden()
    tour = phone.get_by_role("region", name=re.compile("^Tour, 2 of")).bounding_box()
    dock = phone.get_by_role("region", name="Run").bounding_box()
    assert tour
    assert dock
    assert dock["y"] - (tour["y"] + tour["height"]) > 280
    axe(phone)
    phone.get_by_role("button", name="Step without a guess").tap()
    expect(phone.get_by_role("region", name="Timeline")).to_be_visible()
    expect(step(phone, "CPU 0")).to_be_focused()


def test_on_its_side_a_phone_keeps_the_step_buttons_in_view(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 844, "height": 390}, has_touch=True).new_page()
    page.goto(f"/{LOST_PAGE}")
    expect(page.get_by_text("Step 21 of 21")).to_be_attached()

    expect(step(page, "CPU 0")).to_be_in_viewport(ratio=1)
