"""Links: of every kind that was ever written, from an older model, long ones; and two versions side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

CORPUS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "tests" / "goldenLinks.jsonl"
GOLDEN = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
LOST = "#v1~uffd-copy~patch-v1~1.a5b14a2~~~"

NewContext = Callable[..., BrowserContext]


def stands_at(page: Page, step: int) -> None:
    expect(page.get_by_text(re.compile(rf"^Step {step} of \d+$"))).to_be_visible()


def choose(page: Page, menu: str, item: str) -> None:
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("button", name=item).click()


def test_every_link_that_was_ever_written_opens_what_it_must(page: Page, console: object) -> None:
    console.allow("404")  # type: ignore[attr-defined]  # a short link that the server does not know
    for golden in GOLDEN:
        page.goto("about:blank")
        page.goto(f"/#{golden['link']}")

        expect(page.get_by_role("button", name=f"All scenarios. Shown: {golden['scenario']}")).to_be_visible()
        stands_at(page, golden["step"])
        expect(page).to_have_url(re.compile(rf"#v1~{golden['scenario']}~{re.escape(golden['variant'])}~"))
        if golden["says"] is None:
            expect(page.locator(".banner[role=alert]")).to_have_count(0)
        else:
            expect(page.locator(".banner[role=alert]")).to_contain_text(golden["says"])


def test_a_link_from_an_older_model_opens_and_says_what_changed(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/#v1~lost-update~locked~2.aOXbBJaBJ~~0ldm0del~")
    banner = page.get_by_role("alert")

    expect(banner).to_contain_text("locked follows this run for 1 step.")
    expect(banner).to_contain_text(
        "Step 2 of CPU 1 was counter when the link was made; now it is spin_lock(&lock). "
        "The model has changed since the link was made."
    )
    banner.get_by_text("What is possible there").click()
    expect(banner).to_contain_text("CPU 0 can read counter.")
    stands_at(page, 1)
    axe(page)


def test_a_link_with_a_text_of_ones_own_gives_the_text_back_when_it_no_longer_fits(page: Page) -> None:
    own = next(golden["link"] for golden in GOLDEN if golden["why"] == "a text of one's own")
    page.goto("/#" + own.replace("~1.a1b1~", "~2.aAA~"))
    banner = page.get_by_role("alert")

    expect(banner).to_contain_text("The link carries its own text.")
    with page.expect_download() as begun:
        banner.get_by_role("button", name="Save the text").click()

    assert begun.value.suggested_filename == "mine.c"
    assert 'CPU(0, "first") { x = 1; }' in Path(begun.value.path()).read_text()


def test_a_reviewer_compares_two_versions_and_goes_to_the_step_that_differs(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(f"/{LOST}")
    choose(page, "Tools", "Compare two versions")
    dialog = page.get_by_role("dialog", name="Compare two versions")

    expect(dialog.get_by_label("and this one")).to_have_value("v6.6")
    run = dialog.get_by_role("region", name="The run shown")
    expect(run).to_contain_text("At step 21 CPU 0 of patch-v1 set A.pmd[0] to PMD_NONE")
    expect(run).to_contain_text("CPU 0 of v6.6 read VA.anon_vma: AV0")
    function = dialog.get_by_role("region", name="retract_page_tables()")
    expect(function.get_by_text("if (vma->anon_vma || userfaultfd_wp(vma)) {")).to_be_visible()
    expect(page).to_have_url(re.compile(r"~\.diff$"))
    axe(page)

    function.get_by_role("button", name="Step 21 in v6.6").click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("radio", name="v6.6", exact=True)).to_be_checked()
    stands_at(page, 21)
    expect(page.get_by_text("CPU 0 read VA.anon_vma: AV0").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_versions_can_be_compared_on_a_phone(
    new_context: NewContext, base_url: str, axe: Callable[[Page], None], scheme: str
) -> None:
    phone = new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme).new_page()
    phone.goto(f"{base_url}/{LOST}.diff")
    dialog = phone.get_by_role("dialog", name="Compare two versions")

    expect(dialog.get_by_role("region", name="retract_page_tables()")).to_be_visible()
    axe(phone)
    assert phone.evaluate(
        "document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth"
    )


def test_the_run_is_copied_as_markdown_with_its_link(new_context: NewContext, base_url: str) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{base_url}/{LOST}")
    stands_at(page, 21)
    choose(page, "Share", "Copy as Markdown")

    expect(page.get_by_text("Markdown copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "**Can a page that UFFDIO\\_COPY stored disappear?** (uffd-copy, version patch-v1): "
        "in some schedules, lost-pte. "
        f"[Open this run](<{base_url}/#v1~uffd-copy~patch-v1~2.a"
    )
    assert "CPU1 (uffd monitor)" in copied


def test_a_long_link_is_said_to_be_long_and_a_short_one_opens_the_same(
    new_context: NewContext, base_url: str, axe: Callable[[Page], None]
) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{base_url}/#v1~lost-update~plain~1.{'a1b1' * 2}~~~")
    stands_at(page, 4)
    text = page.evaluate(
        """async () => {
            const noise = Array.from({ length: 700 }, (_, i) => ((i * 7919) ** 2 % 99991).toString(36)).join(' ');
            const text = `u8 x;\\nCPU(0, "first") { x = 1; }\\nCPU(1, "second") { x = 2; }\\n/* ${noise} */\\n`;
            const bytes = new TextEncoder().encode(JSON.stringify({ files: [{ path: 'mine.c', text }] }));
            const packed = new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw')));
            const all = String.fromCharCode(...new Uint8Array(await packed.arrayBuffer()));
            return btoa(all).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
        }"""
    )
    page.goto("about:blank")
    page.goto(f"{base_url}/#v1~mine~default~1.a1b1~~~~{text}")
    stands_at(page, 2)

    page.keyboard.press("s")
    expect(page.get_by_text("some programs cut links of more than 2,000")).to_be_visible()
    page.get_by_role("button", name="Other ways to pass it on").click()
    page.get_by_role("button", name="Make a short link").click()
    short = page.get_by_role("dialog").get_by_role("link")
    expect(short).to_have_attribute("href", re.compile(r"/#s1~[A-Za-z0-9_-]{16}$"))
    expect(page.get_by_text("It lives as long as this server runs")).to_be_visible()
    axe(page)

    friend = new_context().new_page()
    friend.goto(short.get_attribute("href") or "")
    stands_at(friend, 2)
    expect(friend).to_have_url(re.compile(r"#v1~mine~default~2\."))


def test_the_address_follows_every_step_and_back_leads_to_the_scenario_before(page: Page) -> None:
    page.goto("/#v1~lost-update~plain~~~~")
    stands_at(page, 0)
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile(r"~plain~2\.a[A-Z]{2}b[A-Z]{2}~"))
    page.get_by_role("button", name="All scenarios").click()
    dialog = page.get_by_role("dialog", name="Racewalk")
    dialog.get_by_role("searchbox", name="Search").fill("philosophers")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#v1~dining~"))
    page.keyboard.press("1")
    expect(page).to_have_url(re.compile(r"#v1~dining~[^~]*~2\.a[A-Z]{2}~"))

    page.go_back()

    expect(page).to_have_url(re.compile(r"#v1~lost-update~plain~2\.a[A-Z]{2}b[A-Z]{2}~"))
    stands_at(page, 2)
    expect(page.get_by_role("button", name="All scenarios. Shown: lost-update")).to_be_visible()


def try_another_branch(page: Page, link: str) -> None:
    """Of a run of two steps."""
    page.goto(link)
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="1 other branch")).to_be_visible()
    expect(page).to_have_url(re.compile("~plain~2.b"))


def test_what_was_tried_is_still_there_after_a_reload_and_gone_in_another_tab(page: Page) -> None:
    try_another_branch(page, "/#v1~lost-update~plain~1.a1b1~~~")

    page.reload()
    expect(page.get_by_text("Step 1 of 1")).to_be_visible()
    expect(page.get_by_role("button", name="1 other branch")).to_be_visible()

    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Step 1 of 1")).to_be_visible()
    expect(other.get_by_role("button", name="1 other branch")).to_have_count(0)


def test_a_link_that_is_opened_in_the_same_tab_begins_with_its_own_run(page: Page) -> None:
    try_another_branch(page, "/#v1~lost-update~plain~1.a1b1~~~")

    page.goto("about:blank")  # a mail with a link in it
    page.goto("/#v1~lost-update~plain~1.a1b1~~~")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="1 other branch")).to_have_count(0)
