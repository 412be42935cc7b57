"""Fixtures of the browser tests: a real Chromium, a real server, a page that may not complain.

- `page`, `context`, `new_context`: pytest-playwright's; `page.goto("/")` opens the server's page. Any console error
  or uncaught exception in any of their pages fails the test, unless the test allows it: `console.allow("WebSocket")`.
- `racewalk_server`: `.address`, `.kill()`, `.start()`, `.restart()`; a traceback in its log fails the test.
- `axe(page)`: fails with the list of what axe-core finds wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.chromium import FLAGS, HOW_TO_GET_ONE, NODE, ROOT, find_chromium, sandbox_works
from tests.browser.server import RacewalkServer

# Playwright's own Node needs a library that a bare Debian lacks.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# With the rule of WCAG 2.2 on the size of targets, which axe-core leaves off. It takes what is scrolled out of its box
# for a target that lies over what stands beside the box.
AXE_RUN = """async () => {
  const { violations } = await axe.run({ rules: { 'target-size': { enabled: true } } });
  const scrolledAway = ({ target }) => {
    const { top, bottom } = document.querySelector(target[0]).getBoundingClientRect();
    for (let box = document.querySelector(target[0]).parentElement; box; box = box.parentElement) {
      const edge = box.getBoundingClientRect();
      const scrolls = getComputedStyle(box).overflowY !== 'visible';
      if (scrolls && (top < edge.top || bottom > edge.bottom)) return true;
    }
    return false;
  };
  return violations
    .map(({ id, help, nodes }) =>
      ({ id, help, nodes: nodes.filter(node => id !== 'target-size' || !scrolledAway(node)) }))
    .filter(({ nodes }) => nodes.length > 0);
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_ONE)
        pytest.skip(HOW_TO_GET_ONE)
    return {
        **browser_type_launch_args,
        "executable_path": chromium.executable,
        "args": list(FLAGS),
        "chromium_sandbox": sandbox_works(),
        "env": {**os.environ, **chromium.environment},
    }


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RacewalkServer]:
    server = RacewalkServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def racewalk_server(one_server: RacewalkServer) -> Iterator[RacewalkServer]:
    """The server, running; a test that killed it does not disturb the next one."""
    if not one_server.is_running():
        one_server.start()
    known = len(one_server.log)
    yield one_server
    news = one_server.log[known:]
    assert "Traceback (most recent call last)" not in news, news


@pytest.fixture(scope="session")
def base_url(one_server: RacewalkServer) -> str:
    return one_server.address


class Console:
    """What pages complained about; a test names the complaints that it provokes."""

    def __init__(self) -> None:
        self._errors: list[str] = []
        self._allowed: list[str] = []

    def allow(self, part: str) -> None:
        self._allowed.append(part)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", lambda said: self._errors.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda thrown: self._errors.append(str(thrown.error)))

    @property
    def errors(self) -> list[str]:
        return [error for error in self._errors if not any(part in error for part in self._allowed)]


@pytest.fixture
def console() -> Iterator[Console]:
    console = Console()
    yield console
    assert not console.errors, "a page complained in its console:\n" + "\n".join(console.errors)


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], console: Console, racewalk_server: RacewalkServer
) -> Callable[..., BrowserContext]:
    """A further browser, with nothing in common with the first: `new_context().new_page()`."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        console.watch(context)
        return context

    return make


@pytest.fixture
def axe() -> Callable[[Page], None]:
    source = AXE.read_text()

    def check(page: Page) -> None:
        page.evaluate(source)
        violations = page.evaluate(AXE_RUN)
        told = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(str(node["target"]) for node in violation["nodes"])
            for violation in violations
        ]
        assert not told, f"axe-core finds {len(told)} violations on {page.url}:\n" + "\n".join(told)

    return check
