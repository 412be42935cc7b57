"""The tools of the page: a run is passed on, and what is needed is found out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

LOST = "#v1~lost-update~plain~1.a1b1a1b1~~~"


def open_tool(page: Page, title: str) -> None:
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=title).click()
    expect(page.get_by_role("dialog", name=title)).to_be_visible()


def test_a_teacher_takes_the_run_along_as_text_and_as_a_picture(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"/{LOST}")
    open_tool(page, "Pass this run on")
    dialog = page.get_by_role("dialog")

    expect(dialog.get_by_label("The run as text")).to_contain_text("CPU0 (first)")
    expect(dialog.get_by_label("The run as text")).to_contain_text("***")
    axe(page)
    with page.expect_download() as begun:
        dialog.get_by_role("button", name="SVG").click()

    assert begun.value.suggested_filename == "lost-update-plain.svg"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_text_is_of_the_run_up_to_where_one_stands(page: Page) -> None:
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    open_tool(page, "Pass this run on")

    expect(page.get_by_text("The run up to step 3,")).to_be_visible()
    expect(page.get_by_label("The run as text")).not_to_contain_text("***")


def test_of_a_run_without_a_step_there_is_nothing_to_copy(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    open_tool(page, "Pass this run on")
    dialog = page.get_by_role("dialog")

    expect(dialog.get_by_text("The run has no step yet")).to_be_visible()
    expect(dialog.get_by_role("button", name="Copy the link")).to_be_visible()
    expect(dialog.get_by_role("button", name="Promela")).to_be_visible()
    expect(dialog.get_by_label("The run as text")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Copy the text")).to_have_count(0)
    expect(dialog.get_by_role("button", name="SVG")).to_have_count(0)


def test_a_reviewer_learns_which_lock_is_needed_and_sees_the_run_without_it(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/#v1~lost-update~locked~~~~")
    open_tool(page, "What is needed here?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Find out").click()

    expect(dialog.get_by_text("1 of 1 needed here.")).to_be_visible(timeout=60_000)
    row = dialog.get_by_role("row", name="increment: spin_lock(&lock)")
    expect(row).to_contain_text("Lost update after 6 steps")
    row.get_by_role("button", name="Show the run").click()
    expect(dialog.get_by_text("CPU1 (second)")).to_be_visible()
    axe(page)
