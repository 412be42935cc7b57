"""The page as such: it opens, complains of nothing and can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_the_page_opens_without_a_complaint_or_a_barrier(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")

    expect(page.locator("main")).to_be_visible()
    axe(page)
