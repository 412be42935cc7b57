"""Tests that need SPIN and a C compiler; without them they are skipped, and say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from racewalk.explain.spin import SpinMissing, missing_tools

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = missing_tools()
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.spin)
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"nothing was compared with SPIN: {SpinMissing(missing)}"))


def small_texts() -> dict[str, str]:
    """Each file of `small/` is a program that does what the scenarios do not."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "small").glob("*.c"))}
