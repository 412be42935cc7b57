"""Stories of people who use the page: a stranger, somebody who is sent a link, a reader at a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Console
from tests.browser.server import RacewalkServer

NewContext = Callable[..., BrowserContext]

LOST = "#v1~uffd-copy~patch-v1~1.a5b14a2~21~~"
"""The page is lost at the last of 21 steps."""


def step(page: Page, title: str, times: int = 1) -> None:
    """Click an actor's Step button and wait for each step to be shown."""
    for _ in range(times):
        number = current_step(page)
        page.get_by_role("button", name=f"Step {title}").first.click()
        expect(page.get_by_text(f"Step {number + 1} of")).to_be_visible()


def current_step(page: Page) -> int:
    said = page.get_by_text(re.compile(r"^Step \d+ of \d+")).first.inner_text()
    found = re.match(r"Step (\d+)", said)
    assert found is not None, said
    return int(found[1])


def test_a_stranger_loses_the_page_by_clicking_step_and_cannot_do_so_in_the_other_versions(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Can a page that UFFDIO_COPY stored disappear?")).to_be_visible()
    expect(page.get_by_role("radio", name="patch-v1", exact=True)).to_be_checked()

    step(page, "CPU 0", 5)
    step(page, "CPU 1", 14)
    expect(page.get_by_label("Slots of T0")).to_contain_text("P0")
    step(page, "CPU 0", 2)

    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_contain_text(
        "T0 is detached while its slot 1 maps P0"
    )
    expect(page.get_by_role("region", name="mm A")).to_contain_text("no PMD entry leads here")
    axe(page)

    page.get_by_role("radio", name="v6.4", exact=True).check()

    expect(page.get_by_role("alert").first).to_contain_text(
        re.compile(r"v6\.4 follows this run for 5 steps\. Step 6 is impossible: CPU 1 waits for A\.mmap_lock")
    )
    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_have_count(0)
    for version in ("v6.4", "v6.5", "v6.6"):
        page.get_by_role("radio", name=version, exact=True).check()
        page.get_by_role("button", name="Find the race", exact=True).click()
        result = page.get_by_role("region", name="Result of the search")
        answer = result.get_by_role("heading", name=f"Not reachable: no schedule of {version} leads to Lost PTE")
        expect(answer).to_be_visible(timeout=60_000)
        expect(result).to_contain_text("states")
        page.get_by_role("button", name="Close the result").click()


def test_the_found_race_can_be_walked_through_step_by_step(page: Page) -> None:
    page.goto("/#v1~uffd-copy~patch-v1~1.~0~~")

    page.get_by_role("button", name="Find the race", exact=True).click()
    result = page.get_by_role("region", name="Result of the search")
    expect(result.get_by_role("heading", name="Reached: 21 steps")).to_be_visible(timeout=60_000)
    result.get_by_role("button", name="Walk through it").click()

    expect(page.get_by_text("Step 0 of 21")).to_be_visible()
    for _ in range(21):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Step 21 of 21")).to_be_visible()
    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()


def test_the_table_that_was_detached_is_in_view_where_the_race_happens(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/#v1~uffd-copy~patch-v1~1.~0~~")
    page.get_by_role("button", name="Find the race", exact=True).click()
    page.get_by_role("button", name="Walk through it").click(timeout=60_000)
    page.keyboard.press("End")
    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()

    world = page.get_by_role("region", name="World").bounding_box()
    table = page.get_by_role("list", name="Slots of T0").bounding_box()

    assert world
    assert table
    assert table["y"] + table["height"] <= world["y"] + world["height"]


def test_in_the_middle_of_a_run_the_race_is_found_from_there(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~uffd-copy~patch-v1~1.a5~5~~")

    page.get_by_role("button", name="Find the race from here").click()
    result = page.get_by_role("region", name="Result of the search")
    expect(result.get_by_role("heading", name="From step 5 on, reached: 16 steps")).to_be_visible(timeout=60_000)
    expect(result.get_by_role("button", name="Fewest steps")).to_have_attribute("aria-pressed", "true")
    axe(page)
    result.get_by_role("button", name="Walk through it").click()

    expect(page.get_by_text("Step 5 of 21")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()


def test_the_race_is_found_with_the_fewest_switches(page: Page) -> None:
    page.goto("/#v1~uffd-copy~patch-v1~1.~0~~")
    page.get_by_role("button", name="Find the race", exact=True).click()
    result = page.get_by_role("region", name="Result of the search")
    expect(result).to_contain_text("2 switches, 2 preemptions", timeout=60_000)

    result.get_by_role("button", name="Fewest switches").click()

    answer = "Reached: 22 steps of patch-v1 lead to Lost PTE (2 switches, 1 preemption)."
    expect(result.get_by_role("heading", name=answer)).to_be_visible(timeout=60_000)
    expect(result.get_by_role("button", name="Fewest switches")).to_have_attribute("aria-pressed", "true")


def test_a_link_opened_in_another_browser_shows_the_same_state(page: Page, new_context: NewContext) -> None:
    page.goto("/")
    step(page, "CPU 0", 2)
    step(page, "CPU 1", 3)
    expect(page).to_have_url(re.compile(r"#v1~uffd-copy~patch-v1~2\.a([A-Z]{2}){2}b([A-Z]{2}){3}~"))

    other = new_context().new_page()
    other.goto(page.url)

    expect(other.get_by_text("Step 5 of 5")).to_be_visible()
    for name in ("mm A", "mm B", "Locks"):
        mine = page.get_by_role("region", name=name).inner_text()
        assert other.get_by_role("region", name=name).inner_text() == mine


def test_nothing_is_lost_when_the_server_is_killed_and_started_again(
    page: Page, racewalk_server: RacewalkServer, console: Console
) -> None:
    console.allow("WebSocket")
    console.allow("ERR_CONNECTION_REFUSED")
    page.goto("/")
    step(page, "CPU 0", 3)
    for _ in range(2):
        page.keyboard.press("z")
    expect(page.get_by_text("Step 1 of")).to_be_visible()
    step(page, "CPU 1")  # a second branch; the first one is two steps longer
    world = page.get_by_role("region", name="mm A").inner_text()

    racewalk_server.kill()
    expect(page.get_by_text("connecting").first).to_be_visible()
    assert page.get_by_role("region", name="mm A").inner_text() == world
    racewalk_server.start()
    expect(page.get_by_text("connecting")).to_have_count(0, timeout=60_000)

    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    assert page.get_by_role("region", name="mm A").inner_text() == world
    page.keyboard.press("z")
    expect(page.get_by_text("Step 1 of")).to_be_visible()
    step(page, "CPU 0")  # into the first branch, whose last step is still there to be redone
    page.keyboard.press("Shift+Z")
    expect(page.get_by_text("Step 3 of 3")).to_be_visible()


def test_the_race_is_found_and_read_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()

    def press(key: str, number: int) -> None:
        page.keyboard.press(key)
        expect(page.get_by_text(f"Step {number} of")).to_be_visible()

    for number in range(1, 6):
        press("1" if number == 1 else "Space", number)
    for number in range(6, 20):
        press("2" if number == 6 else "Space", number)
    for number in (20, 21):
        press("1", number)
    expect(page.get_by_test_id("alarm")).to_contain_text("T0 is detached while its slot 1 maps P0")

    press("ArrowLeft", 20)
    press("Shift+ArrowLeft", 19)
    press("Home", 0)
    press("End", 21)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("1")  # not ours while a dialog is open
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Step 21 of 21")).to_be_visible()


def test_a_step_button_that_cannot_go_says_why_and_keeps_the_focus(page: Page) -> None:
    page.goto("/")
    button = page.get_by_role("button", name="Step CPU 2").first

    button.focus()
    button.press("Enter")

    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_description(re.compile("waits until finished"))
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_the_race_fits_a_phone(new_context: NewContext, base_url: str, axe: Callable[[Page], None], width: int) -> None:
    phone = new_context(viewport={"width": width, "height": 844}, has_touch=True).new_page()
    phone.goto(f"{base_url}/#v1~uffd-copy~patch-v1~1.a5b14a1~20~~")
    expect(phone.get_by_text("Step 20 of 20")).to_be_visible()

    phone.get_by_role("button", name="Step CPU 0").last.click()
    phone.get_by_role("tab", name="World").click()

    expect(phone.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()
    expect(phone.get_by_role("region", name="mm A")).to_be_visible()
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= width
    axe(phone)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_barrier_in_light_or_dark(
    new_context: NewContext, base_url: str, axe: Callable[[Page], None], scheme: str
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{base_url}/{LOST}")
    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()
    axe(page)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)


VISIBLE_LINES = """() => {
  const box = document.querySelector('[role=region][aria-label="Source of CPU 0"]');
  const inside = box.getBoundingClientRect();
  const dock = document.querySelector('.dock').getBoundingClientRect().top;
  const rows = [...box.querySelectorAll('[data-line]')].map(row => row.getBoundingClientRect());
  const whole = rows.filter(row => row.top >= inside.top - 0.5 && row.bottom <= Math.min(inside.bottom, dock) + 0.5);
  const mark = box.querySelector('mark').getBoundingClientRect();
  return {
    whole: whole.length,
    cutAtTheTop: rows.some(row => row.top < inside.top - 0.5 && row.bottom > inside.top + 0.5),
    beforeTheMark: whole.filter(row => row.bottom <= mark.top + 4).length,
  };
}"""


@pytest.mark.parametrize(("width", "height", "least"), [(1280, 800, 6), (1440, 900, 6), (390, 844, 6), (320, 640, 3)])
def test_the_first_screen_shows_whole_lines_of_code_around_the_mark(
    new_context: NewContext, base_url: str, width: int, height: int, least: int
) -> None:
    page = new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(base_url)
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()

    lines = page.evaluate(VISIBLE_LINES)

    assert lines["whole"] >= least, lines
    assert not lines["cutAtTheTop"], lines
    assert lines["beforeTheMark"] >= 1, lines


def test_back_leads_to_the_version_before_and_not_off_the_page(page: Page) -> None:
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 21 of 21")).to_be_visible()

    page.get_by_role("radio", name="v6.4", exact=True).check()
    expect(page.get_by_text("Step 5 of 5")).to_be_visible()
    page.go_back()

    expect(page.get_by_role("radio", name="patch-v1", exact=True)).to_be_checked()
    expect(page.get_by_text("of 21")).to_be_visible()
    page.keyboard.press("End")
    finding = page.get_by_role("region", name="Finding: Lost PTE")
    expect(finding).to_contain_text("pmdp_collapse_flush · pgtable-generic.c:")
    expect(finding.locator("mark").first).to_be_visible()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#v1~no-such-race~~~~~", "There is no scenario “no-such-race”."),
        ("#v1~uffd-copy~v0~~~~", "uffd-copy has no version “v0”."),
        ("#nonsense", "The link “nonsense” cannot be read."),
        ("#v9~uffd-copy", "The link is of version 9, and this page reads version 1."),
        ("#v1~uffd-copy~patch-v1~~~~~AAAA", "The text that the link carries cannot be decoded."),
    ],
)
def test_a_link_to_what_there_is_not_says_so_and_shows_the_default(page: Page, link: str, said: str) -> None:
    page.goto(f"/{link}")

    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("heading", name="Can a page that UFFDIO_COPY stored disappear?")).to_be_visible()
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()


def test_a_scenario_is_looked_for_and_opened_in_one_of_its_versions_with_the_keyboard(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/")
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()

    page.keyboard.press("l")
    dialog = page.get_by_role("dialog", name="Racewalk")
    expect(dialog.get_by_role("searchbox", name="Search")).to_be_focused()
    expect(dialog.get_by_role("button", name="Can a page that UFFDIO_COPY stored")).to_have_attribute(
        "aria-current", "true"
    )
    axe(page)
    page.keyboard.type("increments locked")
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"^1 of \d+ questions"))
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("button", name="Do two increments always count as two?")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("button", name="locked never")).to_be_focused()
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Do two increments always count as two?")).to_be_visible()
    expect(page.get_by_role("radio", name="locked")).to_be_checked()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_all_scenarios_can_be_read_and_a_version_be_chosen(
    new_context: NewContext, base_url: str, axe: Callable[[Page], None], width: int
) -> None:
    phone = new_context(viewport={"width": width, "height": 844}, has_touch=True).new_page()
    phone.goto(f"{base_url}/#v1~uffd-copy~v6.6-no-recheck~1.a2~2~~")
    expect(phone.get_by_text("Step 2 of 2")).to_be_visible()

    version = phone.get_by_role("combobox", name="Version of the code")
    expect(version).to_have_value("v6.6-no-recheck")
    box, beside = version.bounding_box(), phone.get_by_role("button", name="Find the race", exact=True).bounding_box()
    assert box is not None
    assert beside is not None
    assert box["x"] + box["width"] <= beside["x"] or box["y"] + box["height"] <= beside["y"], (box, beside)
    version.select_option("v6.4")
    expect(phone).to_have_url(re.compile("~v6.4~"))

    phone.get_by_role("button", name="All scenarios").click()
    dialog = phone.get_by_role("dialog", name="Racewalk")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    axe(phone)
    dialog.get_by_role("button", name="atomic never").click()
    expect(phone.get_by_role("heading", name="Do two increments always count as two?")).to_be_visible()
