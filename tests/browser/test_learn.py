"""Stories of people who learn: a first visitor on the tour, a student with a word, a reader of the mail, an author."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

NewContext = Callable[..., BrowserContext]


def tour_card(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile(r"^Tour, \d+ of"))


def onward(page: Page, stop: int) -> None:
    """Let the tour do what is to be done, and wait for the next stop."""
    tour_card(page).get_by_role("button", name=re.compile("^(Next|Step CPU . there)$")).click()
    expect(page.get_by_role("region", name=re.compile(f"^Tour, {stop} of"))).to_be_visible()


def test_a_first_visitor_takes_the_tour_to_the_lost_page_partly_by_hand(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe(page)
    page.get_by_role("region", name="Welcome").get_by_role("button", name="Take the two-minute tour").click()
    expect(tour_card(page)).to_contain_text("You are the scheduler")
    onward(page, 2)
    axe(page)
    page.get_by_role("button", name="Racewalk: home").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to the tour").click()
    expect(tour_card(page)).to_contain_text("One lane for each CPU")

    page.keyboard.press("1")
    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    page.keyboard.press("1")
    expect(tour_card(page)).to_contain_text("It read NULL")
    onward(page, 4)
    page.keyboard.press("1")
    expect(tour_card(page)).to_contain_text("That is another way")
    tour_card(page).get_by_role("button", name="Undo what is not on the way").click()
    expect(tour_card(page)).to_contain_text("Who holds which lock")
    for stop in range(5, 9):
        onward(page, stop)

    expect(page.get_by_role("region", name="Finding: Lost PTE")).to_be_visible()
    expect(page.get_by_text("Step 21 of 21")).to_be_visible()
    axe(page)
    onward(page, 9)
    page.keyboard.press("ArrowLeft")
    expect(tour_card(page)).to_contain_text("Travel in time")
    onward(page, 10)
    tour_card(page).get_by_role("button", name="All questions").click()

    home = page.get_by_role("dialog", name="Racewalk")
    expect(home.get_by_text("seen", exact=True)).to_have_count(1)  # led there, and not solved
    expect(home.get_by_role("button", name="Next: Do two increments always count as two?")).to_be_visible()
    expect(home.get_by_role("button", name="Take the tour again")).to_be_visible()
    expect(tour_card(page)).to_have_count(0)
    axe(page)


def test_the_greeting_ends_with_the_first_search_or_run(new_context: NewContext) -> None:
    who_searches = new_context().new_page()
    who_searches.goto("/")
    expect(who_searches.get_by_role("region", name="Welcome")).to_be_visible()
    who_searches.keyboard.press("1")
    expect(who_searches.get_by_text("Step 1 of 1")).to_be_visible()
    expect(who_searches.get_by_role("region", name="Welcome")).to_be_visible()
    who_searches.keyboard.press("f")
    expect(who_searches.get_by_role("region", name="Welcome")).to_have_count(0)
    who_searches.goto("about:blank")
    who_searches.goto("/")
    expect(who_searches.get_by_role("heading", level=1)).to_be_visible()
    expect(who_searches.get_by_role("region", name="Welcome")).to_have_count(0)

    who_steps = new_context().new_page()
    who_steps.goto("/")
    expect(who_steps.get_by_role("region", name="Welcome")).to_be_visible()
    for name in ("khugepaged", "uffd monitor", "application"):
        lane = who_steps.get_by_role("region", name=re.compile(name))
        lane.get_by_role("button", name="Run…").click()
        lane.get_by_role("button", name=re.compile("^Blocked")).click()
        expect(lane.get_by_text("finished", exact=True)).to_be_visible()
    expect(who_steps.get_by_role("region", name="Welcome")).to_have_count(0)


def test_on_the_smallest_screen_what_the_tour_speaks_of_is_never_covered(new_context: NewContext) -> None:
    phone = new_context(viewport={"width": 320, "height": 640}).new_page()
    phone.goto("/")
    phone.get_by_role("button", name="Take the two-minute tour").click()
    lane = "#zone-code > [aria-labelledby]:first-child mark"
    speaks_of = {
        2: lane,
        3: "#zone-world > [aria-labelledby=locks-title]",
        4: '.lock[data-cell="A.pmd_ptl"]',
        5: '.value[data-cell="VA.anon_vma"]',
        6: '.slot[data-cell="T0.pte[1]"]',
        7: lane,
        8: '[aria-label="Finding: Lost PTE"]',
    }
    for stop, seen in speaks_of.items():
        onward(phone, stop)
        phone.mouse.move(0, 0)
        phone.wait_for_function(
            """selector => {
              const one = document.querySelector(selector);
              const { left, top, width, height } = one?.getBoundingClientRect() ?? new DOMRect();
              return one?.contains(document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 12)));
            }""",
            arg=seen,
        )


def test_the_tour_is_left_and_gone_on_with_at_a_phone_after_a_reload(
    new_context: NewContext, axe: Callable[[Page], None]
) -> None:
    phone = new_context(viewport={"width": 390, "height": 800}).new_page()
    phone.goto("/")
    phone.get_by_role("button", name="Take the two-minute tour").click()
    for stop in range(2, 6):
        onward(phone, stop)
    expect(phone.get_by_role("tab", name="World")).to_have_attribute("aria-selected", "true")
    axe(phone)
    expect(phone).to_have_url(re.compile("~patch-v1~2[.]"))
    phone.reload()
    expect(tour_card(phone)).to_contain_text("Too late")
    expect(phone.get_by_text("Step 8 of 8")).to_be_visible()
    tour_card(phone).get_by_role("button", name="Leave the tour").click()

    phone.goto("/#v1~lost-update~plain~~~~")
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Do two increments")
    expect(phone.get_by_role("region", name="Welcome")).to_have_count(0)
    phone.get_by_role("button", name="Racewalk: home").click()
    phone.get_by_role("button", name="Go on with the tour").click()

    expect(tour_card(phone)).to_contain_text("Too late")
    expect(phone.get_by_text("Step 8 of 8")).to_be_visible()


def test_the_tour_leads_on_past_predictions_and_does_no_challenge(page: Page) -> None:
    page.add_init_script("localStorage.setItem('racewalk.predict', 'on')")
    page.goto("/")
    page.get_by_role("button", name="Take the two-minute tour").click()
    onward(page, 2)
    page.keyboard.press("1")
    expect(page.get_by_role("form", name="Prediction")).to_be_visible()
    onward(page, 3)
    expect(page.get_by_role("form", name="Prediction")).to_have_count(0)

    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Challenges").click()
    page.get_by_role("listitem").get_by_role("button", name="uffd-copy patch-v1").first.click()
    expect(page.get_by_role("group", name="Challenge")).to_contain_text("So far: 0 steps")
    expect(page.get_by_role("region", name="Challenges")).to_have_count(0)
    expect(tour_card(page)).to_have_count(0)

    page.get_by_role("button", name="Racewalk: home").click()
    page.get_by_role("button", name="Go on with the tour").click()
    expect(tour_card(page)).to_contain_text("The world")
    expect(page.get_by_role("group", name="Challenge")).to_have_count(0)

    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="Challenges").click()
    page.get_by_role("listitem").get_by_role("button", name="uffd-copy patch-v1").first.click()
    expect(page.get_by_role("group", name="Challenge")).to_contain_text("So far: 0 steps")
    page.get_by_role("radio", name="v6.6", exact=True).check()
    expect(page.get_by_text("The challenge ended: you left it.")).to_have_count(2)  # and spoken
    expect(page.get_by_role("group", name="Challenge")).to_have_count(0)


def test_what_a_link_shows_is_seen_and_what_one_steps_oneself_is_solved(
    page: Page, context: BrowserContext, new_context: NewContext, base_url: str
) -> None:
    tab = context.new_page()
    tab.goto("/#v1~dining~in-order~~~~")
    tab.get_by_role("button", name="Racewalk: home").click()
    expect(tab.get_by_role("dialog").get_by_text("4 questions", exact=True)).to_be_visible()
    page.goto("/#v1~lost-update~plain~~~~")
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()
    for number, key in enumerate("1221", start=1):
        page.keyboard.press(key)
        expect(page.get_by_text(f"Step {number} of {number}")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("^Finding: "))).to_be_visible()
    expect(page).to_have_url(re.compile("~plain~2[.]"))
    page.get_by_role("button", name="Racewalk: home").click()
    expect(page.get_by_role("dialog").get_by_text("solved", exact=True)).to_have_count(1)
    expect(tab.get_by_role("dialog").get_by_text("1 of 4 solved")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Challenges").click()
    expect(page.get_by_role("region", name="Challenges")).to_contain_text("done, but not as a challenge")

    other = new_context().new_page()
    other.goto(page.url)
    expect(other.get_by_role("region", name=re.compile("^Finding: "))).to_be_visible()
    other.get_by_role("button", name="Racewalk: home").click()
    expect(other.get_by_role("dialog").get_by_text("seen", exact=True)).to_have_count(1)
    expect(other.get_by_role("dialog").get_by_text("solved", exact=True)).to_have_count(0)


def test_a_student_looks_a_word_up_and_goes_to_a_scenario_that_shows_it(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/#v1~uffd-copy~patch-v1~~~~")
    lane = page.get_by_role("region", name="CPU 1 uffd monitor")
    word = lane.get_by_role("button", name="mmap lock", exact=True)
    word.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("note", name="mmap_lock")
    expect(card).to_contain_text("The lock of an address space")
    axe(page)
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(word).to_be_focused()

    word.hover()
    card.get_by_role("button", name="In the glossary").click()

    help_dialog = page.get_by_role("dialog", name="Help")
    expect(help_dialog.get_by_role("tab", name="Glossary")).to_have_attribute("aria-selected", "true")
    expect(help_dialog.locator("dt", has_text=re.compile("^mmap_lock"))).to_be_focused()
    axe(page)
    help_dialog.get_by_role("list", name="Scenarios with mmap_lock").get_by_role("button", name="and ").click()
    help_dialog.get_by_role("list", name="Scenarios with mmap_lock").get_by_role(
        "button", name="lock-inversion"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why does khugepaged only try")


def test_a_word_that_goes_with_its_sentence_leaves_the_focus_in_the_lane(page: Page) -> None:
    page.goto("/#v1~uffd-copy~patch-v1~~~~")
    lane = page.get_by_role("region", name="CPU 0 khugepaged")
    lane.get_by_role("button", name="i_mmap_rwsem").focus()

    page.keyboard.press("1")

    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    assert lane.evaluate("lane => lane.contains(document.activeElement)")


def test_a_reader_of_the_mail_goes_to_the_step_that_it_speaks_of(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="The mail The mail that").click()
    mail = page.get_by_role("region", name="The mail")
    expect(mail.get_by_role("link", name="[PATCH 09/12]")).to_have_attribute(
        "href", re.compile(r"^https://lore\.kernel\.org/all/CAG48ez0")
    )
    axe(page)

    mail.get_by_role("button", name="the write protection there").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Can a write-protect marker")
    expect(page.get_by_role("radio", name="v6.6", exact=True)).to_be_checked()
    expect(page.get_by_role("region", name="Source of CPU 0").locator("mark")).to_have_text("userfaultfd_wp(vma)")
    mail.get_by_role("button", name="the page is in the table, and the table goes").click()
    lost = page.get_by_role("region", name="Finding: Lost PTE")
    expect(lost).to_be_in_viewport()
    expect(mail.get_by_role("button", name="the page is in the table, and the table goes")).to_have_attribute(
        "aria-current", "true"
    )
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Can a write-protect marker")


def test_an_author_reads_the_dialect_and_follows_its_links(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Help")
    dialog.get_by_role("tab", name="Keys").focus()
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("heading", name="From a commit message to a checked scenario")).to_be_visible()
    axe(page)

    dialog.get_by_role("button", name="DIALECT.md").first.click()
    expect(dialog.get_by_role("heading", name="The dialect", exact=True)).to_be_visible()
    dialog.get_by_role("navigation", name="Contents").get_by_role("button", name="Wait queues").click()
    expect(dialog.get_by_role("heading", name="Wait queues")).to_be_focused()
    axe(page)
