"""`racewalk check` that is stopped by Ctrl-C, and what it shows until then."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from racewalk.cli.progress import told
from racewalk.explore.bounds import Progress

COUNTERS = "".join(f'u16 x{i}; CPU({i}, "c{i}") {{ for (int i = 0; i < N; i++) x{i} = i; }}\n' for i in range(4))
TEXT = f"""/*---
title: Counters
variants: {{small: {{define: {{N: 1}}}}, large: {{define: {{N: 200}}}}}}
---*/
#define N 1
{COUNTERS}
CPU(4, "looks") {{ u16 y = x0 + x1 + x2 + x3; }}
"""


@pytest.fixture
def counters(tmp_path: Path) -> Path:
    file = tmp_path / "counters.c"
    file.write_text(TEXT)
    return file


def test_ctrl_c_tells_how_far_the_search_came_and_exits_130(counters: Path) -> None:
    process, shown, output = interrupted(counters, "-V", "large")

    assert process.returncode == 130
    assert "states/s" in shown
    assert "counters large: cancelled after " in shown.splitlines()[-1]
    assert "Traceback" not in shown
    assert output == ""


def test_variants_that_were_searched_before_ctrl_c_are_told(counters: Path) -> None:
    process, shown, output = interrupted(counters)

    assert process.returncode == 130
    assert "small    never" in output, shown
    assert "large" not in output


def test_progress_is_told_with_the_bound_that_is_nearest() -> None:
    progress = Progress(1_234_567, 23_456, 45, 10.0, 123 << 20, "61 % of 2,000,000 states")

    assert told(progress) == (
        "1,234,567 states, 23,456 to expand, depth 45, 123,457 states/s, 123 MiB, 10 s, 61 % of 2,000,000 states"
    )


def interrupted(*arguments: str | Path) -> tuple[subprocess.Popen[str], str, str]:
    """A check that gets a Ctrl-C as soon as its terminal shows something; what that shows, and the output."""
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "racewalk.cli", "check", *arguments],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=inside,
        text=True,
    ) as process:
        os.close(inside)
        shown = os.read(terminal, 4096)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
        try:
            while data := os.read(terminal, 4096):
                shown += data
        except OSError:
            pass  # so Linux tells the end of a terminal
        os.close(terminal)
    return process, shown.decode(), output
