"""What explains a race: the map of two actors, the twin of a run, and the window."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

LOST = "#v1~lost-update~plain~1.a1b1a1b1~~~"


def open_tool(page: Page, title: str) -> Locator:
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=title).click()
    return page.get_by_role("region", name=title)


def test_a_reader_walks_over_the_map_by_keyboard_and_goes_where_the_loss_is_unavoidable(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    panel = open_tool(page, "Progress map")
    map_ = panel.get_by_role("application")
    expect(map_).to_be_visible(timeout=60_000)
    axe(page)

    map_.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("status").first).to_contain_text("Every complete run that comes through has Lost update.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    expect(map_).to_be_focused()
    panel.get_by_text("As a table").click()
    expect(panel.get_by_role("row", name="before counter++ in increment()")).to_contain_text("2: unavoidable")
    axe(page)


def test_where_a_lock_keeps_both_out_nothing_is_opened_and_the_lock_is_named(page: Page) -> None:
    page.goto("/#v1~lost-update~locked~1.a1~~~")
    panel = open_tool(page, "Progress map")
    map_ = panel.get_by_role("application")
    expect(map_).to_be_visible(timeout=60_000)

    map_.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(panel.get_by_text("No schedule leads there: both would hold lock.")).to_be_visible()
    expect(page.get_by_text("Step 1 of 1")).to_be_visible()


def test_a_lost_run_stands_beside_the_good_one_and_both_can_be_stepped(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"/{LOST}")
    panel = open_tool(page, "Good and bad twin")

    expect(panel.get_by_text("The two runs share their first step.")).to_be_visible(timeout=60_000)
    expect(panel.get_by_text("Here they part, after step 1")).to_be_visible()
    axe(page)
    panel.get_by_role("columnheader", name="Without").get_by_role("button").click()

    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("heading", name="Lost update")).to_have_count(0)
    panel.get_by_role("button", name="Twin of this run").click()
    expect(panel.get_by_text("(given)")).to_be_visible(timeout=60_000)
    expect(panel.get_by_role("columnheader", name="Without")).to_contain_text("(given)")


def test_a_developer_learns_where_to_delay_or_that_nothing_helps(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"/{LOST}")
    panel = open_tool(page, "How hard is it to hit?")

    expect(panel.get_by_text("4 of 6")).to_be_visible(timeout=60_000)
    expect(panel.get_by_text("mdelay(100);")).to_be_visible()
    axe(page)
    panel.get_by_role("button", name="Go there").click()
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    page.get_by_role("radio", name="locked").check()
    expect(panel.get_by_text("The answer here was about plain, which is not open any more.")).to_be_visible()
    expect(panel.get_by_text("mdelay(100);")).to_have_count(0)
    panel.get_by_role("button", name="Measure again").click()

    expect(panel.get_by_text("That is proved: all its schedules were searched.")).to_be_visible(timeout=60_000)
    expect(panel.get_by_text("mdelay")).to_have_count(0)


def test_what_takes_long_says_how_far_it_is_and_can_be_stopped(page: Page) -> None:
    page.goto("/#v1~stress-retract~~~~~")
    panel = open_tool(page, "Progress map")

    expect(panel.get_by_text("Walking through all states: ")).to_be_visible(timeout=60_000)
    panel.get_by_role("button", name="Stop").click()

    expect(panel.get_by_text("Stopped before the answer was there.")).to_be_visible()
    expect(panel.get_by_role("button", name="Begin again")).to_be_visible()


def test_on_a_phone_the_map_scrolls_in_itself_and_the_page_does_not(
    new_context: Callable[..., BrowserContext], axe: Callable[[Page], None]
) -> None:
    page = new_context(viewport={"width": 390, "height": 800}, has_touch=True, color_scheme="dark").new_page()
    page.goto("/#v1~uffd-copy~patch-v1~~~~")
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Progress map").click()
    dialog = page.get_by_role("dialog", name="Progress map")
    expect(dialog.get_by_role("application")).to_be_visible(timeout=60_000)

    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    axe(page)
