"""The page away from home: in a file without a server, in a frame of another page, on a lecture's screen, on paper."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from racewalk.api.offline import offline_page
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import run_of

LOST = "#v1~lost-update~plain~1.a1b1a1b1~~~"
HOSTILE = "</script><img src=x onerror=alert(1)><!-- <b>bold</b>"
OWN = f"""/*---
title: '{HOSTILE}'
notes:
  - at: 'a: x = 1'
    say: '{HOSTILE}'
---*/
// {HOSTILE}
u8 x;
CPU(0, "a") {{ x = 1; }}
CPU(1, "b") {{ x = 2; }}
"""


def open_tool(page: Page, title: str) -> None:
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("button", name=title).click()


def test_a_teacher_takes_a_run_along_as_a_file_and_steps_it_without_any_network(
    page: Page, context: BrowserContext, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    page.goto(f"/{LOST}")
    open_tool(page, "Pass this run on")
    with page.expect_download() as begun:
        page.get_by_role("dialog").get_by_role("button", name="Offline page").click()
    file = tmp_path / begun.value.suggested_filename
    begun.value.save_as(file)
    assert file.name == "lost-update-plain.html"
    context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Do two increments always count as two?")
    expect(page.get_by_label("Finding: Lost update")).to_be_visible()
    axe(page)
    page.get_by_label("Finding: Lost update").locator("summary").first.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Step 0 of 4")).to_be_visible()
    expect(page.get_by_role("region", name="World")).to_be_focused()
    expect(page.get_by_role("button", name="Step CPU 1")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Step CPU 1").click(force=True)
    expect(page.locator(".travel")).to_contain_text("Only the recorded run is in this file: here CPU 0 steps next.")
    page.get_by_role("button", name="Step CPU 0").click()
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Step 3 of 4")).to_be_visible()
    page.get_by_role("button", name="Go to step 2").click()
    expect(page.get_by_text("Step 2 of 4")).to_be_visible()
    page.get_by_role("button", name="About this race, and what is not modelled").click()
    expect(page.get_by_role("heading", name="What the model leaves out")).to_be_visible()

    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []


def test_words_in_a_file_stay_words(page: Page, tmp_path: Path) -> None:
    built = build("own", Bundle.of([("own.c", OWN)]), None, shipped().library)
    file = tmp_path / "own.html"
    file.write_text(offline_page(run_of(built, False, "1.a1b1")), encoding="utf-8")

    page.goto(f"{file.as_uri()}#step-0")

    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator(".note").first).to_contain_text(HOSTILE)
    expect(page.locator("img, b")).to_have_count(0)


def test_a_file_of_an_edited_text_says_so_and_its_long_link_takes_one_line(page: Page, tmp_path: Path) -> None:
    built = build(
        "own", Bundle.of([("own.c", OWN + "".join(f"// {n * n}\n" for n in range(999)))]), None, shipped().library
    )
    file = tmp_path / "own.html"
    file.write_text(offline_page(run_of(built, False, "1.a1b1"), "https://a.example/"), encoding="utf-8")

    page.goto(file.as_uri())

    expect(page.get_by_text("not the shipped one")).to_be_visible()
    link = page.get_by_label("To step on from here, on a server:")
    assert len(link.input_value()) > 2000
    box = link.bounding_box()
    assert box is not None
    assert box["height"] < 40


def test_a_reader_steps_the_frame_that_an_author_puts_into_a_page(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    open_tool(page, "Embed")
    dialog = page.get_by_role("dialog", name="Embed")
    expect(dialog.get_by_role("region", name="Line of HTML")).to_contain_text("/?embed=1#v1~lost-update~plain~")
    expect(dialog.get_by_text("RACEWALK_EMBED_ORIGINS")).to_be_visible()
    frame = dialog.frame_locator("iframe")

    frame.get_by_role("button", name="Step CPU 0").click()

    expect(frame.get_by_text("Step 1 of 1")).to_be_visible()
    expect(page.locator(".dock").get_by_text("Step 0 of 0")).to_be_visible()
    axe(page)


def test_a_frame_of_320_by_300_pixels_is_enough_to_find_the_race(page: Page, axe: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 320, "height": 300})
    page.goto(f"/?embed=1{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Finding: Lost update")).to_have_count(0)

    page.get_by_role("button", name="Step CPU 1").click()

    expect(page.get_by_label("Finding: Lost update")).to_be_visible()
    page.get_by_role("tab", name="World").click()
    expect(page.get_by_role("heading", name="Memory")).to_be_attached()
    whole = page.get_by_role("link", name="Open in Racewalk").get_attribute("href")
    assert whole is not None
    assert whole.startswith(page.url.split("?")[0] + "#v1~lost-update~plain~")
    assert page.evaluate("document.documentElement.scrollWidth <= 320 && document.documentElement.scrollHeight <= 300")
    axe(page)


def test_on_a_small_projector_the_statement_about_to_run_is_whole(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto("/#v1~uffd-copy~patch-v1~1.a5EYb14~~~.present")
    expect(page.get_by_text("Step 19 of 19")).to_be_visible()
    lane = page.get_by_role("region", name=re.compile("^CPU 0"))

    assert "".join(lane.locator("mark").all_inner_texts()) == "spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    mark, room = lane.locator("mark").last.bounding_box(), lane.bounding_box()
    assert mark
    assert room
    assert mark["x"] + mark["width"] <= room["x"] + room["width"]


def test_a_lecturer_presents_with_one_key_and_leaves_with_another(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.keyboard.press("p")

    finding = page.get_by_role("region", name="Finding: Lost update")
    expect(page.get_by_role("heading", level=1)).to_have_text("Do two increments always count as two?")
    expect(finding).to_be_visible()
    expect(page.get_by_role("button", name="Tools")).to_have_count(0)
    axe(page)
    page.keyboard.press("Home")
    page.keyboard.press("1")
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    expect(finding).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Tools")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"

    open_tool(page, "Present")
    expect(page.get_by_role("button", name="Leave")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Leave")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()


def test_what_is_printed_is_a_handout_and_the_page_is_back_after_it(page: Page) -> None:
    page.goto(f"/{LOST}")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible()
    page.evaluate(
        "addEventListener('beforeprint', () => { window.printed = document.querySelector('.handout')?.innerText })"
    )
    # The page's own listener came first, and draws at once.
    printed = page.pdf(format="A4")

    assert printed.startswith(b"%PDF")
    told = page.evaluate("window.printed")
    for part in ("Do two increments", "lost-update", "plain", "CPU 0", "*** Lost update", "The world after step 4"):
        assert part in told
    expect(page.locator(".handout")).to_have_count(0)
    expect(page.get_by_role("button", name="Find the race", exact=True)).to_be_visible()


STAMPS = """
const Real = WebSocket;
window.stepMs = [];
window.WebSocket = class extends Real {
  constructor(...all) {
    super(...all);
    this.addEventListener('message', (event) => {
      if (!event.data.includes('"moved"')) return;
      const came = performance.now();
      // After the next frame was handed over: what the message changed is on the screen.
      requestAnimationFrame(() => setTimeout(() => window.stepMs.push(performance.now() - came)));
    });
  }
};
"""


def test_how_long_a_step_takes_from_the_servers_answer_to_the_screen_is_told(
    page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    page.add_init_script(STAMPS)
    page.goto("/#v1~uffd-copy~patch-v1~~~~")
    expect(page.get_by_text("Step 0 of 0")).to_be_visible()
    for step in range(1, 6):
        page.keyboard.press("2")
        expect(page.get_by_text(f"Step {step} of {step}")).to_be_visible()
    page.wait_for_function("window.stepMs.length >= 5")

    times = page.evaluate("window.stepMs")

    with capsys.disabled():
        sys.stdout.write(f"\n  answer to screen: median {median(times):.0f} ms, most {max(times):.0f} ms\n")
