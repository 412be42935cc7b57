"""How much script the built page loads before it draws anything."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from racewalk.api.page import STATIC

MOST_BYTES = 150_000

pytestmark = pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the page is not built")


def first_scripts() -> set[Path]:
    """What the page names, and what those import at once; `import()` comes later, when something is asked for."""
    page = (STATIC / "index.html").read_text()
    waiting = [(STATIC / name).resolve() for name in re.findall(r'(?:src|href)="([^"]+\.js)"', page)]
    found: set[Path] = set()
    while waiting:
        script = waiting.pop()
        if script in found:
            continue
        found.add(script)
        imported = re.findall(r'(?:\bfrom|\bimport)\s*"(\.{1,2}/[^"]+\.js)"', script.read_text())
        waiting += [(script.parent / name).resolve() for name in imported]
    return found


def test_the_first_load_of_script_is_under_150_kilobytes_compressed() -> None:
    sizes = {script.name: len(gzip.compress(script.read_bytes())) for script in first_scripts()}

    assert sizes, "index.html names no script"
    assert sum(sizes.values()) < MOST_BYTES, f"load what is not on the first screen with import(): {sizes}"


def test_what_opens_on_request_is_not_in_the_first_load() -> None:
    first = {script.name for script in first_scripts()}
    names = {script.name.split("-")[0] for script in (STATIC / "assets").glob("*.js") if script.name not in first}

    assert {"Embed", "Presenter", "Export"} <= names
