"""What every test shares: slow tests run with --slow or where CI is set; browser tests are marked and come last."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no finding. Where CI is set, hypothesis itself makes the examples repeatable.
settings.register_profile("racewalk", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("racewalk")

BROWSER_TESTS = Path(__file__).parent / "browser"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests too, as CI does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    run_slow = config.getoption("--slow") or bool(os.environ.get("CI"))
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("slow") and not run_slow:
            item.add_marker(pytest.mark.skip(reason="slow: runs with --slow, or where CI is set"))
    # Playwright leaves an event loop running in its thread, in which no other test could start one.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
