"""Every view of the page: nothing that axe finds, and nothing that makes a phone's page wider than the phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import ROOT

LOST = "/#v1~lost-update~plain~1.a1b1a1b1~~~"
# The page's own registry: a tool that is added is looked at without being named here.
REGISTRY = sorted((ROOT / "frontend" / "src" / "tools").glob("*/index.ts"))
TOOLS = [title for file in REGISTRY for title in re.findall(r"^  title: '(.+)',$", file.read_text(), re.MULTILINE)]
HELP = ["Keys", "Glossary", "Dialect", "For authors"]
OTHERS = ["run", "home", "about", "share", "tools"]
Axe = Callable[[Page], None]

# What the page does about a new width is done two frames later.
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
# A page or a dialog that scrolls sideways, or a card that hangs out of the window; and what sticks out of it.
TOO_WIDE = """
[document.scrollingElement, ...document.querySelectorAll('dialog[open], :popover-open')].flatMap((box) => {
  const { left, right } = box.getBoundingClientRect();
  if (box.scrollWidth <= box.clientWidth && left >= 0 && right <= innerWidth) return [];
  const out = [...box.querySelectorAll('*')].filter((part) => part.getBoundingClientRect().right > right + 1);
  const names = out.slice(0, 8).map((part) => `${part.localName}.${part.getAttribute('class') ?? ''}`);
  return [`${box.localName} from ${left} to ${right}, inside ${box.scrollWidth} px wide: ${names.join(', ')}`];
})
"""
# What is only for the ear and hangs in no positioned box of what scrolls: it would make the whole page scroll.
LOOSE = """
[...document.querySelectorAll('.unseen')].flatMap((one) => {
  for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) {
    const { position, overflowX, overflowY } = getComputedStyle(at);
    if (position !== 'static') return [];
    if (/auto|scroll/.test(overflowX + overflowY)) return [`${at.className}: ${one.textContent}`];
  }
  return [];
})
"""
# What scrolls and is no box for what is positioned in it: hidden words of a far column would move the page.
UNPOSITIONED = """
[...document.querySelectorAll('[data-scrolls]')]
  .filter((box) => getComputedStyle(box).position === 'static')
  .map((box) => box.ariaLabel)
"""
# A window in full screen has the size of the screen, and no other.
NO_FULL_SCREEN = "Element.prototype.requestFullscreen = async () => {}"


def begin(page: Page) -> None:
    page.add_init_script(NO_FULL_SCREEN)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(LOST)
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()


def is_clean_and_fits(page: Page, axe: Axe) -> None:
    """Light on a desk, and then dark on the narrowest phone: both colours and both layouts in two looks."""
    expect(page.get_by_text("Loading…")).to_have_count(0)
    axe(page)
    assert page.evaluate(LOOSE) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(SETTLED)
    expect(page.get_by_text("Loading…")).to_have_count(0)

    assert page.evaluate("innerWidth") == 320
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(LOOSE) == []
    axe(page)


def test_every_folder_of_tools_has_told_its_title() -> None:
    assert len(TOOLS) == len(REGISTRY) > 0


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_clean_and_fits_a_phone(page: Page, axe: Axe, tool: str) -> None:
    begin(page)
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=tool).click()
    if tool == "Present":
        expect(page.get_by_role("button", name="Leave")).to_be_visible()
    else:
        expect(page.get_by_role("heading", name=tool)).to_be_visible()

    is_clean_and_fits(page, axe)


def test_every_part_of_the_help_is_clean_and_fits_a_phone(page: Page, axe: Axe) -> None:
    begin(page)
    page.keyboard.press("?")
    tabs = page.get_by_role("dialog").get_by_role("tab")
    expect(tabs).to_have_text(HELP)
    for part in tabs.all()[:-1]:
        part.click()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        axe(page)
    tabs.last.click()
    is_clean_and_fits(page, axe)
    scrolls = page.get_by_role("dialog").get_by_role("group", name="Code")
    expect(scrolls.first).to_be_attached()
    assert page.evaluate(UNPOSITIONED) == []
    for part in tabs.all()[:-1]:
        part.click()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(UNPOSITIONED) == []
        axe(page)


@pytest.mark.parametrize("view", OTHERS)
def test_the_other_views_are_clean_and_fit_a_phone(page: Page, axe: Axe, view: str) -> None:
    begin(page)
    match view:
        case "home":
            page.keyboard.press("l")
            expect(page.get_by_role("dialog", name="Racewalk")).to_be_visible()
        case "about":
            page.get_by_role("button", name="About this race").click()
            expect(page.get_by_role("dialog")).to_be_visible()
        case "share":
            page.get_by_role("button", name="Share").click()
            expect(page.get_by_role("group", name="Share")).to_be_visible()
        case "tools":
            page.get_by_role("button", name="Tools").click()
            expect(page.get_by_role("group", name="Tools")).to_be_visible()

    is_clean_and_fits(page, axe)


def test_a_world_of_tables_fits_a_phone(page: Page, axe: Axe) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/#v1~uffd-copy~patch-v1~~~~")
    for tab in ("World", "Log", "Code"):
        page.get_by_role("tab", name=tab).click()
        page.evaluate(SETTLED)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(UNPOSITIONED) == []
        axe(page)
