"""The comment at the head of a file."""

from racewalk.lang.heads import head_comment, left_out

TEXT = """/*---
title: x
---*/
// SPDX-License-Identifier: MIT
/*
 * What shares a page table.           Linux 6.4
 * Left out: swap,
 * and huge pages.
 *
 * More.
 */
/* of the include */
#include "x.c"
"""


def test_the_head_is_the_first_comment_without_front_matter_and_licence() -> None:
    assert head_comment(TEXT) == (
        "What shares a page table.           Linux 6.4\nLeft out: swap,\nand huge pages.\n\nMore."
    )


def test_a_comment_behind_code_is_no_head() -> None:
    assert head_comment("u8 x; /* x */") == ""


def test_what_is_left_out_is_one_line_up_to_the_next_empty_one() -> None:
    assert left_out(head_comment(TEXT)) == "swap, and huge pages."
    assert left_out("Everything is there.") is None
