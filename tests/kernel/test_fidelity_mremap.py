"""mremap() and retract_page_tables(), in the order of steps that the mail of 7 October 2024 draws."""

from __future__ import annotations

import pytest

from tests.kernel.runs import END, Runs, found

LOOKED = "move_page_table: pmdp_get_lockless(old_pmd) #2"

THE_MAIL: Runs = [("b", LOOKED), ("a", "i_mmap_unlock_read"), ("b", END)]
"""mremap() looks, and is preempted; the table is retracted; mremap() goes on to the end."""


@pytest.mark.parametrize("variant", ["patch-v1", "v6.6"])
def test_mremap_makes_physical_page_0_a_page_table_as_the_mail_draws_it(variant: str) -> None:
    assert "bogus-pmd" in found("mremap-move", variant, THE_MAIL)


@pytest.mark.parametrize("variant", ["v6.6-fixed", "v6.14"])
def test_with_the_second_look_the_same_order_of_steps_moves_nothing(variant: str) -> None:
    assert "bogus-pmd" not in found("mremap-move", variant, THE_MAIL)


@pytest.mark.parametrize("variant", ["v6.4", "v6.5"])
def test_while_mremap_is_at_work_the_trylock_fails(variant: str) -> None:
    runs: Runs = [("b", LOOKED), ("a", "i_mmap_unlock_write"), ("b", END)]

    assert "bogus-pmd" not in found("mremap-move", variant, runs)
