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


def test_what_was_found_under_a_long_name_leaves_room_for_the_code(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.goto("/#v1~exit-mmap~v5.8-fixed-other-mm~~~~")
    phone.get_by_role("button", name="Find the race").tap()
    result = phone.get_by_role("region", name="Result of the search")
    expect(result.get_by_role("heading", name="Reached: 12 steps lead to Bogus PMD")).to_be_visible(timeout=60_000)
    box = result.bounding_box()
    assert box
    assert box["height"] < 100
    axe(phone)
    result.get_by_role("button", name="More about the result").tap()
    expect(result.get_by_role("button", name="Fewest switches")).to_be_visible()


def test_a_page_of_the_world_is_whole_on_the_narrowest_phone(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 320, "height": 640}, has_touch=True).new_page()
    page.goto(f"/{LOST_PAGE}")
    page.get_by_role("tab", name="World").tap()
    lost = page.locator("dl[aria-label='page P0']")
    expect(lost).to_contain_text(re.compile(r"mapped by\s+T0 slot 1 \(not reachable\)"))
    expect(page.locator("#zone-world [data-scrolls]")).to_have_count(0)

    # A digit is hit beside it, too.
    count = lost.locator("[data-cell='P0.mapcount']")
    count.scroll_into_view_if_needed()
    box = count.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 10, box["y"] + box["height"] / 2)
    expect(page.get_by_role("group", name="Who wrote P0.mapcount")).to_be_visible()


def test_five_who_step_have_one_row_of_buttons_and_the_code_its_room(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 320, "height": 640}, has_touch=True).new_page()
    page.goto("/#v1~stress-gup~~~~~")
    buttons = page.get_by_role("group", name="Step").get_by_role("button")
    expect(buttons).to_have_count(5)

    tops = {box["y"] for button in buttons.all() if (box := button.bounding_box())}
    assert len(tops) == 1
    dock = page.get_by_role("region", name="Run").bounding_box()
    assert dock
    assert dock["height"] < 200
