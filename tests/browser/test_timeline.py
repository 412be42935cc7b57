"""Seeing and stepping: the swimlanes, the log, two steps compared, named branches, steps as a debugger has them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

LOST = "#v1~lost-update~plain~1.a1b1a1b1~~~"
UFFD = "#v1~uffd-copy~patch-v1~1.a5EYb14YCa1KCb1ZZc2ZZa19ZZd-0JMd3NC~8~~"


def timeline_x(page: Page, part: float) -> tuple[float, float]:
    """A place in the lanes, as a part of their width."""
    box = page.locator(".track").bounding_box()
    assert box is not None
    return box["x"] + part * box["width"], box["y"] + 6


def test_a_reader_drags_through_time_and_every_place_of_the_timeline_says_what_happened(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/{UFFD}")
    expect(page.get_by_text("Step 8 of 46")).to_be_visible()
    expect(page.get_by_role("region", name="Log").get_by_role("button", name="Go to step 8")).to_be_in_viewport()

    page.mouse.move(*timeline_x(page, 0.9))
    expect(page.get_by_role("tooltip")).to_contain_text("Step 4")
    page.mouse.move(*timeline_x(page, 0.2))
    page.mouse.down()
    page.mouse.move(*timeline_x(page, 1), steps=5)
    page.mouse.up()
    expect(page.get_by_text("Step 46 of 46")).to_be_visible()
    expect(page.get_by_role("slider", name="Time")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_text("Step 0 of 46")).to_be_visible()

    page.get_by_role("button", name="Note on step 2:").focus()
    expect(page.get_by_role("tooltip")).to_contain_text("The only look at anon_vma")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_have_count(0)


def test_any_two_steps_are_compared_in_words_and_in_the_world(page: Page, axe: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("c")
    page.keyboard.press("End")

    panel = page.get_by_role("region", name="Compared from the start", exact=True)
    expect(panel.get_by_role("row", name="counter 0")).to_contain_text("0")
    expect(page.locator("[data-cell=counter]")).to_contain_text("was 0")
    axe(page)
    panel.get_by_role("button", name="Stop comparing").click()

    expect(panel).to_have_count(0)
    expect(page.locator("[data-cell=counter]")).not_to_contain_text("was 0")


def test_a_branch_gets_a_name_that_survives_a_reload(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("1")
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Branches Every way").click()

    row = page.get_by_role("listitem").filter(has_text="Lost update")
    expect(row).to_contain_text("4 steps")
    expect(page.get_by_role("listitem").filter(has_text="after step 1")).to_contain_text("this one")
    row.get_by_role("button", name="Name", exact=False).first.click()
    page.get_by_label("Name of this branch").fill("both read zero")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="both read zero")).to_be_visible()
    axe(page)

    page.reload()
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    page.get_by_role("button", name="1 other branch").click()
    page.get_by_role("button", name="both read zero: step 2").click()
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()


def test_a_statement_that_is_not_atomic_says_so_and_a_call_is_stepped_over_by_a_key(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    lane = page.get_by_role("region", name="CPU 0 first")
    expect(lane).to_contain_text("part 1 of 2 of this statement: not atomic")

    page.keyboard.press("n")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    page.keyboard.press("z")
    page.keyboard.press("z")
    expect(page.get_by_text("Step 0 of 2")).to_be_visible()
    lane.get_by_role("button", name="Run… (CPU 0)").click()
    page.get_by_role("button", name="Step over the call").click()
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()


def test_on_a_phone_the_timeline_stays_in_view_and_steps_are_compared_too(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/{UFFD}")
    expect(page.get_by_text("Step 8 of 46")).to_be_visible()
    expect(page.get_by_role("region", name="Timeline")).to_be_in_viewport()

    page.get_by_role("button", name="Compare from here").click()
    page.get_by_role("button", name="One step forward").click()

    expect(page.get_by_role("heading", name="Compared from step 8")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
