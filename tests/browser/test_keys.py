"""By keyboard alone: what opens takes the focus there, what closes gives it back, and it is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

LOST = "/#v1~lost-update~plain~1.a1b1a1b1~~~"


def begin(page: Page, link: str = LOST, steps: int = 4) -> None:
    page.goto(link)
    expect(page.get_by_text(f"Step {steps} of {steps}")).to_be_visible()


def choose_tool(page: Page, title: str) -> None:
    page.get_by_role("button", name="Tools").press("Enter")
    page.get_by_role("group", name="Tools").get_by_role("button", name=title).press("Enter")


def test_a_tool_takes_the_focus_and_gives_it_back_by_its_button_and_by_escape(page: Page) -> None:
    begin(page)
    tools = page.get_by_role("button", name="Tools")
    for title in ("Branches", "Challenges"):
        choose_tool(page, title)
        panel = page.get_by_role("region", name=title)
        expect(panel).to_be_focused()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_text("Step 3 of 4")).to_be_visible()
        page.keyboard.press("ArrowRight")
        panel.get_by_role("button", name=f"Close {title}").press("Enter")
        expect(panel).to_have_count(0)
        expect(tools).to_be_focused()

    choose_tool(page, "Branches")
    expect(page.get_by_role("region", name="Branches")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Branches")).to_have_count(0)
    expect(tools).to_be_focused()

    choose_tool(page, "Compare two versions")
    page.get_by_role("dialog").get_by_role("button", name="Close").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(tools).to_be_focused()


def test_the_first_tab_leads_past_everything_to_the_steps(page: Page, axe: Callable[[Page], None]) -> None:
    begin(page)
    for width, height in ((1280, 800), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Tab")
        skip = page.get_by_role("button", name="Go to the Step buttons")
        while not skip.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Shift+Tab")
        axe(page)
        page.keyboard.press("Enter")
        step = page.locator("button.step:focus-visible")
        expect(step).to_have_count(1)
        expect(step).to_be_in_viewport(ratio=1)


def test_escape_in_the_preview_of_a_frame_closes_the_dialog(page: Page) -> None:
    begin(page)
    choose_tool(page, "Embed")
    frame = page.frame_locator("iframe[title='Preview of the frame']")
    frame.get_by_role("button", name="One step back").press("Enter")
    expect(frame.get_by_text("Step 3 of 4")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Tools")).to_be_focused()


def test_a_challenge_takes_the_focus_and_what_vanishes_leaves_it_nearby(page: Page) -> None:
    begin(page)
    choose_tool(page, "Challenges")
    first = page.get_by_role("region", name="Challenges").get_by_role("button", name=re.compile("^bounded-buffer"))
    first.press("Enter")
    challenge = page.get_by_role("group", name="Challenge", exact=True)
    expect(challenge).to_be_focused()
    expect(challenge).to_have_accessible_description(re.compile("Put everybody to sleep"))
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()

    page.keyboard.press("1")
    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    expect(challenge).to_be_focused()
    challenge.get_by_role("button", name="From the start").press("Enter")
    expect(page.get_by_text("Step 0 of 1")).to_be_visible()
    expect(challenge).to_be_focused()
    challenge.get_by_role("button", name="Leave the challenge").press("Enter")
    expect(page.locator("section.task")).to_be_focused()


def test_the_tour_takes_the_focus_and_a_word_of_it_gets_it_back_from_the_glossary(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Take the two-minute tour").press("Enter")
    tour = page.get_by_role("region", name="Tour, 1 of")
    expect(tour).to_be_focused()
    expect(tour).to_have_accessible_description(re.compile("Nobody moves until you say so"))

    word = tour.get_by_role("button", name="race", exact=True)
    word.press("Enter")
    page.get_by_role("button", name="In the glossary").press("Enter")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(word).to_be_focused()

    tour.get_by_role("button", name="Leave the tour").press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_what_a_key_opened_from_nowhere_leaves_no_ring(page: Page) -> None:
    begin(page)
    for key in ("?", "l"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("body")).to_be_focused()


def test_by_pointer_no_part_of_the_page_gets_a_ring(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("group", name="Tools").get_by_role("button", name="Branches").click()
    expect(page.get_by_role("region", name="Branches")).to_be_focused()
    expect(page.locator(":focus-visible")).to_have_count(0)
    page.get_by_role("button", name="Find the race", exact=True).click()
    page.get_by_role("button", name="Close the result").click()
    expect(page.get_by_role("region", name="World")).to_be_focused()
    expect(page.locator(":focus-visible")).to_have_count(0)


def test_a_run_is_heard_whole_and_a_refusal_as_often_as_it_comes(page: Page) -> None:
    begin(page, "/#v1~uffd-copy~patch-v1~1.a2b1~~~", 3)
    said = page.get_by_test_id("said")

    page.keyboard.press("b")
    expect(said).to_contain_text(
        re.compile(r"^14 steps, the last: Step 17: CPU 1 .*CPU 1 has finished\. CPU 2 can go\.")
    )
    page.keyboard.press("2")
    expect(said).to_contain_text("CPU 1 has nothing to do")
    before = said.evaluate("box => box.textContent")
    page.keyboard.press("2")
    expect(said).to_contain_text("CPU 1 has nothing to do")
    assert said.evaluate("box => box.textContent") != before
    page.keyboard.press("f")
    expect(said).to_contain_text("lead to Lost PTE", timeout=60_000)


def test_the_page_is_in_parts_that_headings_tell(page: Page) -> None:
    begin(page, "/#v1~uffd-copy~patch-v1~1.a2b1~~~", 3)
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => [+one.localName[1], one.innerText])"
    )
    assert [level for level, _ in levels].count(1) == 1
    at = 0
    for level, text in levels:
        assert level <= at + 1, (text, levels)
        at = level
    assert {"mm A", "Locks"} <= {re.sub(r"\s+", " ", text) for level, text in levels if level == 2}, levels


# Whether what has the focus can be seen at all: nothing lies over its middle that is no part of it.
SEEN = """() => {
  const at = document.activeElement;
  const { left, top, width, height } = at.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  return over !== null && at.contains(over) ? '' : `${at.outerHTML.slice(0, 80)} under ${over?.outerHTML.slice(0, 80)}`;
}"""


def test_nothing_that_has_the_focus_lies_under_the_head_of_the_log(page: Page) -> None:
    begin(page, "/#v1~uffd-copy~patch-v1~1.a5b14a2~21~~", 21)
    log = page.get_by_role("region", name="Log")
    log.get_by_role("button", name="Go to step 21").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(SEEN) == ""


def test_in_forced_colours_what_is_pressed_and_what_is_chosen_shows(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    begin(page)
    choose_tool(page, "Good and bad twin")
    twin = page.get_by_role("region", name="Good and bad twin")
    pressed, other = twin.locator("[aria-pressed=true]"), twin.locator("[aria-pressed=false]")
    expect(pressed).to_have_count(1)
    expect(pressed).to_have_css("outline-style", "solid")
    expect(other.first).to_have_css("outline-style", "none")
    chosen = page.get_by_role("radio", name="plain").locator("..")
    expect(chosen).to_have_css("outline-style", "solid")
    expect(page.get_by_role("radio", name="locked").locator("..")).to_have_css("outline-style", "none")
