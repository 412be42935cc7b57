"""Seeing who wrote a cell, what code is about to touch, and what was read and is no longer true."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

NewContext = Callable[..., BrowserContext]

LOST = "#v1~lost-update~plain~1.a1b1a1b1~~~"
LOST_PAGE = "#v1~uffd-copy~patch-v1~1.a5EYb14YCa2TJ~~~"
CARD = "Who wrote VA.anon_vma"


def opened(page: Page, link: str, steps: int) -> None:
    page.goto(f"/{link}")
    expect(page.get_by_text(f"Step {steps} of {steps}")).to_be_visible()


def test_a_reader_asks_a_cell_who_wrote_it_and_goes_there(page: Page, axe: Callable[[Page], None]) -> None:
    opened(page, LOST_PAGE, 21)
    cell = page.locator('.value[data-cell="VA.anon_vma"]')
    card = page.get_by_role("group", name=CARD)

    cell.hover()
    expect(card).to_contain_text("written by CPU 1 at step 8, in mfill_atomic, holding A.mmap_lock; before: NULL.")
    card.hover()
    expect(card).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)

    cell.click()
    expect(page.get_by_text("Step 8 of 21")).to_be_visible()
    page.locator('.value[data-cell="VA.vm_file"]').hover()
    expect(page.get_by_role("group", name="Who wrote VA.vm_file")).to_contain_text("nobody has written it")


def test_by_keyboard_a_card_is_one_stop_and_arrows_go_from_cell_to_cell(page: Page) -> None:
    opened(page, LOST_PAGE, 21)
    mm = page.get_by_role("region", name="mm A")
    expect(mm.locator('[data-stop][tabindex="0"]')).to_have_count(1)

    mm.locator('[data-stop][tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    expect(mm.locator('[data-cell="A.mm_users"]')).to_be_focused()
    page.locator('.value[data-cell="VA.anon_vma"]').focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(page.locator('.value[data-cell="VA.anon_vma"]')).to_be_focused()
    expect(page.get_by_role("group", name=CARD)).to_be_visible()
    expect(mm.locator('[data-stop][tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Step 8 of 21")).to_be_visible()
    expect(page.locator('.value[data-cell="VA.anon_vma"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name=CARD)).to_have_count(0)


def test_a_finger_shows_the_card_and_a_button_in_it_goes_there(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 390, "height": 800}, has_touch=True).new_page()
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.get_by_role("tab", name="World").tap()

    page.locator('.value[data-cell="counter"]').tap()
    card = page.get_by_role("group", name="Who wrote counter")
    expect(card).to_contain_text("written by CPU 1 at step 4")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    card.get_by_role("button", name="Go to step 3").tap()

    expect(page.get_by_text("Step 3 of 4")).to_be_visible()


def test_code_outlines_what_it_touches_and_a_cell_marks_the_code_that_touched_it(page: Page) -> None:
    opened(page, LOST_PAGE, 21)
    page.keyboard.press("ArrowLeft")

    page.get_by_role("button", name="Step CPU 0").hover()
    expect(page.locator('.entry[data-cell="A.pmd[0]"]')).to_have_attribute("data-aimed", "write")
    source = page.get_by_role("region", name="Source of CPU 1")
    source.locator(".line", has_text="anon_vma_prepare(vma)").hover()
    expect(page.locator('.value[data-cell="VA.anon_vma"]')).to_have_attribute("data-aimed", "write")
    expect(page.locator('.entry[data-cell="A.pmd[0]"]')).not_to_have_attribute("data-aimed", re.compile("."))

    page.locator('.value[data-cell="VA.anon_vma"]').hover()
    expect(source.locator(".touched")).to_contain_text("changed at step 8")


def test_the_look_at_anon_vma_is_out_of_date_when_the_pmd_is_cleared(page: Page, axe: Callable[[Page], None]) -> None:
    opened(page, LOST_PAGE, 21)

    ribbon = page.get_by_role("list", name="Out of date")
    expect(ribbon).to_have_count(1)
    expect(ribbon).to_contain_text("decided at step 2 on what is no longer true since step 8: VA.anon_vma was NULL")
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name="What was read, and is no longer true").click()
    panel = page.get_by_role("region", name="What was read, and is no longer true")
    row = panel.get_by_role("row", name="VA.anon_vma")
    expect(row).to_contain_text("went on because of it at step 20, 21")
    axe(page)
    row.get_by_role("button", name="Go to step 8").click()
    expect(page.get_by_text("Step 8 of 21")).to_be_visible()


def test_a_lost_update_stores_what_it_read_before_the_other_wrote(page: Page) -> None:
    opened(page, LOST, 4)
    page.keyboard.press("ArrowLeft")

    expect(page.get_by_text("read at step 2, stale since step 3: counter was 0, is 1 now (CPU 0)")).to_be_visible()
    expect(page.get_by_text("stale since step 3", exact=True)).to_be_visible()


# Cells that a pointer hits over less than 24 pixels, up and down or to both sides, because another cell is there.
TOO_SMALL = """() => [...document.querySelectorAll('.world [data-cell]')].flatMap(cell => {
  cell.scrollIntoView({ block: 'center', inline: 'center' });
  const { left, top, width, height } = cell.getBoundingClientRect();
  const at = (dx, dy) =>
    document.elementFromPoint(left + width / 2 + dx, top + height / 2 + dy)?.closest('[data-cell]') ?? null;
  const reach = (dx, dy) => {
    let far = 1;
    while (far < 24 && at(dx * far, dy * far) === cell) far++;
    return { far, other: far < 24 && at(dx * far, dy * far) !== null };
  };
  const small = ([one, two]) => (one.other || two.other) && one.far + two.far - 1 < 24;
  const taken = small([reach(0, -1), reach(0, 1)]) || small([reach(-1, 0), reach(1, 0)]);
  return at(0, 0) === cell && !taken ? [] : [cell.dataset.cell];
})"""


def test_each_value_is_a_target_of_24_pixels(new_context: NewContext) -> None:
    for width, height in ((1280, 800), (390, 844)):
        page = new_context(viewport={"width": width, "height": height}).new_page()
        opened(page, LOST_PAGE, 21)
        if width < 900:
            page.get_by_role("tab", name="World").click()
        expect(page.get_by_role("region", name="mm A")).to_be_visible()

        assert page.evaluate(TOO_SMALL) == [], f"at {width} x {height} others come in the way"
