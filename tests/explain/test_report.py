"""Findings in the kernel's own format."""

import pytest
from racewalk.explain.report import RULE, Call, Scene, kernel_report
from racewalk.model import Finding

SCENE = Scene("CPU 1", "monitor", 17, [Call("pte_read", "mm/memory.c", 12), Call("monitor", "own.c", 3)])


def test_a_report_names_the_task_the_step_and_the_calls_innermost_first() -> None:
    lines = kernel_report(Finding("lost-pte", "PTE table T0 is detached"), SCENE).splitlines()

    assert lines == [
        "BUG: PTE table T0 is detached",
        "CPU 1: Comm: monitor step: 17",
        "Call Trace:",
        " pte_read (mm/memory.c:12)",
        " monitor (own.c:3)",
    ]


@pytest.mark.parametrize(
    ("kind", "message", "first"),
    [
        ("bug-on", "kernel BUG at f: x", "kernel BUG at mm/memory.c:12!"),
        ("warn-on", "WARNING at f: x", "WARNING: at mm/memory.c:12 pte_read"),
        ("deadlock", "CPU 0 -> CPU 1 -> CPU 0", "INFO: task blocked for more than 120 seconds."),
        ("lock-order", "possible circular locking dependency", "WARNING: possible circular locking dependency"),
        ("null-dereference", "BUG: kernel NULL pointer", "BUG: kernel NULL pointer"),
        ("lost", "violated: x is 1", "property violated: x is 1"),
        ("both", "it happened: both are in", "property violated, it happened: both are in"),
        ("my-kind", "the table is gone", "BUG: the table is gone"),
    ],
)
def test_each_kind_begins_with_the_line_that_a_log_would_have(kind: str, message: str, first: str) -> None:
    assert kernel_report(Finding(kind, message), SCENE).splitlines()[0] == first


def test_what_kasan_finds_stands_between_rules() -> None:
    lines = kernel_report(Finding("use-after-free", "KASAN: use-after-free in f"), SCENE).splitlines()

    assert (lines[0], lines[-1]) == (RULE, RULE)
    assert lines[1] == "BUG: KASAN: use-after-free in f"


def test_the_cycle_of_a_deadlock_stands_in_its_report() -> None:
    finding = Finding("deadlock", "they wait", fatal=True, details=("CPU 0 waits for b", "CPU 1 waits for a"))

    report = kernel_report(finding, SCENE)

    assert "CPU 0 waits for b\nCPU 1 waits for a" in report


def test_what_is_found_at_the_end_of_a_run_blames_nobody() -> None:
    report = kernel_report(Finding("bad-rss-counter", "BUG: Bad rss-counter state mm:A val:1"), None, at_end=True)

    assert report == "At the end of the run:\nBUG: Bad rss-counter state mm:A val:1"


def test_what_no_step_caused_has_no_call_trace() -> None:
    assert kernel_report(Finding("property", "x is 0"), None) == "BUG: x is 0"
