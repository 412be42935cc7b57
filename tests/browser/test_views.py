"""Every view of the page: nothing that axe finds, and nothing that makes a phone's page wider than the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

LOST = "/#v1~lost-update~plain~1.a1b1a1b1~~~"
TOOLS = [
    "Branches",
    "Challenges",
    "Compare two versions",
    "Edit the code",
    "Embed",
    "Pass this run on",
    "The mail",
    "Progress map",
    "My scenarios",
    "What is needed here?",
    "Predict each step",
    "What was read, and is no longer true",
    "Good and bad twin",
    "How hard is it to hit?",
]
HELP = ["Keys", "Glossary", "Dialect", "For authors"]
Axe = Callable[[Page], None]


def is_clean_and_fits(page: Page, axe: Axe) -> None:
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    wide, room = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")

    assert wide <= room, f"the page is {wide} px wide in a window of {room} px"
    axe(page)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tool_is_clean_and_fits_a_phone(page: Page, axe: Axe, tool: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(LOST)
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=tool).click()
    expect(page.get_by_role("heading", name=tool)).to_be_visible()
    expect(page.get_by_text("Loading…")).to_have_count(0)

    is_clean_and_fits(page, axe)


@pytest.mark.parametrize("part", HELP)
def test_every_part_of_the_help_is_clean_and_fits_a_phone(page: Page, axe: Axe, part: str) -> None:
    page.goto(LOST)
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("tab", name=part).click()
    expect(page.get_by_text("Loading…")).to_have_count(0)

    is_clean_and_fits(page, axe)


@pytest.mark.parametrize("view", ["home", "about", "finding", "share"])
def test_the_other_views_are_clean_and_fit_a_phone(page: Page, axe: Axe, view: str) -> None:
    page.goto(LOST)
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    match view:
        case "home":
            page.keyboard.press("l")
            expect(page.get_by_role("dialog", name="Racewalk")).to_be_visible()
        case "about":
            page.get_by_role("button", name="About this race").click()
            expect(page.get_by_role("dialog")).to_be_visible()
        case "share":
            page.get_by_role("button", name="Share").click()

    is_clean_and_fits(page, axe)
