"""The editor: a reviewer repairs the patch and proves it, nothing is lost, and a scenario of one's own is begun."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATCH = "/#v1~uffd-copy~patch-v1~1.a3b2~~~"
ROUTINE = "mm/khugepaged/retract.patch-v1.c"
RECHECK = "if (vma->anon_vma) {\nif (ptl != pml)\nspin_unlock(ptl);\nspin_unlock(pml);\ncontinue;\n}\n"


def open_tool(page: Page, title: str) -> None:
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=title).click()


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text of ")


def begin_to_edit(page: Page, file: str) -> None:
    open_tool(page, "Edit the code")
    page.get_by_label("File", exact=True).select_option(file)
    expect(page.get_by_role("textbox", name=f"Text of {file}")).to_be_visible()


def at_the_line_with(page: Page, words: str) -> None:
    text_of(page).click()
    page.keyboard.press("Control+f")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")


def test_a_reviewer_repairs_the_patch_and_proves_it(page: Page, axe: Callable[[Page], None], tmp_path: Path) -> None:
    page.goto(PATCH)
    begin_to_edit(page, ROUTINE)
    at_the_line_with(page, "/* V9 */")
    page.keyboard.type(RECHECK.replace("unlock(pml)", "unlok(pml)"))

    said = page.get_by_role("list", name="What the compiler says")
    expect(said).to_contain_text("Did you mean 'spin_unlock'?")
    said.get_by_role("button", name=f"{ROUTINE}:68").click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type("spin_unlock(pml);")
    expect(page.get_by_text("Compiles, 79 steps")).to_be_visible()

    page.get_by_role("button", name="Check my fix").click()
    result = page.get_by_label("Result of the check")
    expect(result).to_contain_text("Fixed: no schedule goes wrong any more.", timeout=120_000)
    expect(result).to_contain_text("Sometimes, lost PTE in 21 steps")
    expect(result).to_contain_text("Never, all 4,352 states")
    expect(result).to_contain_text("Lost PTE: 0 of about")
    axe(page)

    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text("Edited text, not the shipped one.")).to_be_visible()
    expect(page.get_by_text("Step 5 of 5")).to_be_visible()
    assert len(page.url) < 2_000  # some programs cut what is longer
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Edited text, not the shipped one.")).to_be_visible()
    other.close()

    with page.expect_download() as begun:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / begun.value.suggested_filename
    begun.value.save_as(file)
    command = [str(Path(sys.executable).with_name("racewalk")), "check", str(file), "--variant", "patch-v1"]
    checked = subprocess.run([*command, "--json"], capture_output=True, text=True)
    assert file.name == "uffd-copy-edited.c"
    assert '"verdict": "never"' in checked.stdout, checked.stderr


def test_a_reload_keeps_the_draft_and_the_shipped_text_is_a_click_away(page: Page) -> None:
    page.goto(PATCH)
    begin_to_edit(page, ROUTINE)
    at_the_line_with(page, "/* V9 */")
    page.keyboard.type("/* here */ ")
    expect(page.get_by_text("Kept in this browser as")).to_be_visible()

    page.reload()
    expect(page.get_by_role("textbox", name=f"Text of {ROUTINE}")).to_contain_text("/* here */")
    page.goto("about:blank")
    page.goto(PATCH)
    page.get_by_role("button", name="Go on editing").click()
    expect(page.get_by_role("textbox", name=f"Text of {ROUTINE}")).to_contain_text("/* here */")
    page.get_by_role("button", name="Run it").click()
    page.get_by_role("button", name="Back to the shipped one").click()

    expect(page.get_by_text("Edited text, not the shipped one.")).to_have_count(0)
    expect(page.get_by_text("Step 5 of 5")).to_be_visible()
    expect(page.get_by_role("list", name="Changed files")).to_contain_text(ROUTINE)


def test_a_fix_that_removes_the_check_is_no_good_news(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    begin_to_edit(page, "lost-update.c")
    at_the_line_with(page, 'finally("lost-update')
    page.keyboard.type("//")
    expect(page.get_by_text("1 error").or_(page.get_by_text("Compiles,"))).to_be_visible()
    page.get_by_role("button", name="Check my fix").click()

    result = page.get_by_label("Result of the check")
    expect(result).to_contain_text("less happens than before", timeout=60_000)
    expect(result).to_contain_text("Nothing checks “lost-update” any more.")


def test_two_tabs_do_not_destroy_each_others_draft(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    begin_to_edit(page, "lost-update.c")
    text_of(page).press("Control+End")
    page.keyboard.type("/* one */")
    expect(page.get_by_text("Kept in this browser as")).to_be_visible()
    other = page.context.new_page()
    other.goto("/#v1~lost-update~plain~~~~")
    other.get_by_role("button", name="Go on editing").click()
    text_of(other).press("Control+End")
    other.keyboard.type("/* two */")
    other.goto("about:blank")  # who leaves the page has it kept at once

    text_of(page).press("Control+End")
    page.keyboard.type("/* three */")

    expect(page.get_by_text("Another tab has changed the same text")).to_be_visible()
    kept = page.evaluate("Object.values(localStorage).filter(text => text.includes('/* one */'))")
    assert sorted(("two */" in text, "three */" in text) for text in kept) == [(False, True), (True, False)]


def test_a_student_begins_a_scenario_deletes_it_and_takes_it_back(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    open_tool(page, "My scenarios")
    dialog = page.get_by_role("dialog", name="My scenarios")
    dialog.get_by_label("Begin with").select_option("use-after-free")
    dialog.get_by_label("Name").fill("Reader races writer")
    axe(page)
    dialog.get_by_role("button", name="Begin", exact=True).click()

    expect(page.get_by_role("heading", name="Can reader-races-writer read what is freed already?")).to_be_visible()
    expect(page.get_by_text("it is not shipped.")).to_be_visible()
    open_tool(page, "My scenarios")
    dialog.get_by_role("button", name="Delete Reader races writer").click()
    expect(dialog.get_by_text("Nothing yet.")).to_be_visible()
    dialog.get_by_role("button", name="Undo").click()
    dialog.get_by_role("button", name="Rename Reader races writer").click()
    dialog.get_by_label("New name of").fill("My first race")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Open My first race")).to_be_visible()


def test_a_pasted_text_with_an_error_is_edited_until_it_runs(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/#v1~lost-update~plain~~~~")
    open_tool(page, "My scenarios")
    page.get_by_label("Paste a scenario here").fill(
        '/*---\ntitle: Two stores\n---*/\nu8 x;\nCPU(0, "a") { y = 1; }\nCPU(1, "b") { x = 2; }\n'
    )
    page.get_by_role("button", name="Open the text").click()

    page.get_by_role("button", name="two-stores.c:5").click()
    page.keyboard.press("Delete")
    page.keyboard.type("x")
    expect(page.get_by_text("Compiles, 2 steps")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(text_of(page)).not_to_be_focused()
    page.get_by_role("button", name="Run it").click()

    expect(page.get_by_role("heading", name="Two stores")).to_be_visible()
    expect(page.get_by_text("it is not shipped.")).to_be_visible()
