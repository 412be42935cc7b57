"""Learning by doing: hints, lights, a proof, challenges and predictions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

NewContext = Callable[..., BrowserContext]
Axe = Callable[[Page], None]


def step(page: Page, title: str, times: int) -> None:
    for _ in range(times):
        number = current_step(page)
        page.get_by_role("button", name=f"Step {title}").first.click()
        expect(page.get_by_text(f"Step {number + 1} of")).to_be_visible()


def current_step(page: Page) -> int:
    found = re.match(r"Step (\d+)", page.get_by_text(re.compile(r"^Step \d+ of \d+")).first.inner_text())
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(
    ("address", "finding"),
    [("#v1~lost-update~plain~1.~0~~", "Lost update"), ("#v1~uffd-copy~patch-v1~1.~0~~", "Lost PTE")],
)
def test_a_student_finds_the_race_by_hand_with_hints(page: Page, axe: Axe, address: str, finding: str) -> None:
    page.goto(f"/{address}")
    hint = page.get_by_role("group", name="Hint")
    found = page.get_by_role("region", name=f"Finding: {finding}")

    for _ in range(6):
        page.get_by_role("button", name="Hint", exact=True).click()
        expect(hint).to_contain_text(re.compile(r"Move CPU \d next\."), timeout=60_000)
        page.keyboard.press("h")
        expect(hint).to_contain_text(re.compile(r"Run CPU \d .*\d+ steps?"))
        said = re.search(r"Run (CPU \d) .*?(\d+) step", hint.inner_text())
        assert said is not None
        step(page, said[1], int(said[2]))
        if found.is_visible():
            break
        expect(hint).to_contain_text("That is the place to stop.")

    expect(found).to_be_visible()
    expect(hint).to_have_count(0)
    axe(page)


def test_who_has_left_the_way_is_told_how_far_to_go_back_and_is_shown_the_rest(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~1.a2b1~~~")
    expect(page.get_by_text("Step 3 of 3")).to_be_visible()
    hint = page.get_by_role("group", name="Hint")

    page.keyboard.press("h")
    expect(hint).to_contain_text("Lost update is out of reach from here. Go back to step 1: step 2 put it there")
    hint.get_by_role("button", name="Go back to step 1").click()
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    page.keyboard.press("h")
    expect(hint).to_contain_text("Move CPU 1 next.")
    page.keyboard.press("h")
    hint.get_by_role("button", name="Show me the rest").click()

    expect(page.get_by_role("region", name="Finding: Lost update")).to_be_visible()


def test_each_step_button_says_whether_the_race_is_still_within_reach(page: Page, axe: Axe) -> None:
    page.goto("/#v1~lost-update~plain~1.a1~1~~")
    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    expect(page.get_by_role("button", name="out of reach")).to_have_count(0)

    page.get_by_role("button", name="Lights").click()

    first = page.get_by_role("button", name="Step CPU 0, out of reach")
    expect(first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Step CPU 1, unavoidable")).to_be_visible()
    ahead = page.get_by_role("paragraph").filter(has_text="From here")
    expect(ahead).to_have_text(re.compile(r"From here \d+ of \d+ schedules have Lost update; a random scheduler"))
    axe(page)
    first.focus()
    first.press("Enter")
    expect(page.get_by_role("paragraph").filter(has_text="Lost update is out of reach from here")).to_be_visible()
    expect(page.get_by_test_id("said-ahead")).to_contain_text("CPU 1: out of reach")
    expect(page.get_by_role("button", name="Step CPU 0")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Lights", exact=True)).to_have_attribute("aria-pressed", "true")


def test_a_proof_says_what_it_covers(page: Page, axe: Axe) -> None:
    page.goto("/#v1~lost-update~locked~1.~0~~")
    page.get_by_role("button", name="Prove it").click()

    result = page.get_by_role("region", name="Result of the search")
    expect(result.get_by_role("heading", name="Never: no schedule of locked")).to_be_visible(timeout=60_000)
    result.get_by_text("What this covers").click()
    expect(result).to_contain_text("all, to their ends, of the actors of this scenario")
    expect(result).to_contain_text("sequentially consistent")
    axe(page)


def test_on_a_phone_a_challenge_is_played_scored_and_followed_by_the_next(
    new_context: NewContext, base_url: str, axe: Axe
) -> None:
    phone = new_context(viewport={"width": 390, "height": 800}, has_touch=True).new_page()
    phone.goto(f"{base_url}/#v1~lost-update~plain~1.~0~~")
    phone.get_by_role("button", name="Tools").click()
    phone.get_by_role("button", name="Challenges").click()
    axe(phone)
    phone.get_by_role("dialog").get_by_role("button", name="First challenge").click()
    bar = phone.get_by_role("group", name="Challenge")
    expect(bar).to_contain_text("Let one increment get lost.")
    expect(phone.get_by_role("button", name="Find the race")).to_have_count(0)
    expect(phone.get_by_text("Step 0 of 0")).to_be_visible()
    phone.get_by_role("button", name="Tools").click()
    phone.get_by_role("button", name="Good and bad twin").click()
    expect(phone.get_by_role("dialog")).to_contain_text("This gives away what the challenge asks for.")
    phone.keyboard.press("Escape")
    phone.get_by_role("button", name="What to try").click()
    phone.get_by_role("button", name="About this race").click()
    expect(phone.get_by_role("dialog")).to_contain_text("The story gives away what the challenge asks for.")
    expect(phone.get_by_role("dialog")).not_to_contain_text("wipes out")
    axe(phone)
    phone.keyboard.press("Escape")

    step(phone, "CPU 0", 1)
    step(phone, "CPU 1", 2)
    expect(phone.get_by_role("button", name="Note on step 3")).to_have_count(0)
    expect(bar).to_contain_text("So far: 3 steps, 1 switch.")
    expect(bar).not_to_contain_text("hint")
    phone.reload()
    expect(bar).to_contain_text("So far: 3 steps, 1 switch.")
    step(phone, "CPU 0", 1)

    expect(bar).to_contain_text("Done with 4 steps, 2 switches. 100 of 100 points (3 of 3 stars)", timeout=60_000)
    axe(phone)
    phone.get_by_role("button", name="Note on step 3").click()
    expect(bar).to_contain_text("Done with 4 steps")
    expect(phone.get_by_role("button", name="Find the race")).to_be_visible()
    bar.get_by_role("button", name="Next challenge").click()
    expect(phone.get_by_text("dining").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Step 0 of 0")).to_be_visible()
    phone.get_by_role("button", name="Tools").click()
    phone.get_by_role("button", name="Challenges Make").click()  # the bar of the one under way has "All challenges"
    expect(phone.get_by_role("dialog")).to_contain_text("100 points, 3 of 3 stars; 4 steps, 2 switches")


def test_a_step_is_predicted_with_the_keyboard_and_compared(page: Page, axe: Axe) -> None:
    page.goto("/#v1~lost-update~plain~1.~0~~")
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Predict each step").click()
    page.get_by_role("button", name="Predict from now on").click()
    page.get_by_role("button", name="Step CPU 0").focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("form", name="Prediction")
    expect(question).to_contain_text("Which cells will change?")
    axe(page)

    page.keyboard.press("Enter")

    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    expect(page.get_by_role("region", name="Prediction compared")).to_contain_text("Right: no cell changed.")
    expect(page.get_by_role("button", name="Step CPU 0")).to_be_focused()
    page.keyboard.press("Enter")
    question.get_by_role("checkbox", name="counter").press("Space")
    question.get_by_role("checkbox", name="counter").press("Enter")
    expect(page.get_by_role("region", name="Prediction compared")).to_contain_text("Right: counter changed.")
    expect(page.get_by_role("region", name="Prediction compared")).to_contain_text("2 of 2 right")
    axe(page)
    page.keyboard.press("Home")
    page.keyboard.press("1")
    question.get_by_role("checkbox", name="counter").press("Space")
    question.get_by_role("checkbox", name="counter").press("Enter")
    why = page.get_by_role("region", name="Prediction compared").get_by_role("list", name="Why")
    expect(why).to_contain_text("counter: the step only read it; it is 0.")
    axe(page)

    page.keyboard.press("Home")
    page.keyboard.press("1")
    expect(question).to_be_visible()
    page.get_by_role("radio", name="atomic", exact=True).check()
    expect(question).to_have_count(0)  # it was about another run
