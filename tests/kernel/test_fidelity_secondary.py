"""IOMMUs, KVM and MMU notifiers: their texts have the actions in order, and the versions call them in time."""

from __future__ import annotations

import re

import pytest

from tests.kernel.library_text import code_of, numbers, places


@pytest.mark.parametrize(
    ("path", "letter", "last"),
    [("drivers/iommu/sva.c", "I", 5), ("virt/kvm.c", "S", 5), ("virt/kvm.c", "N", 5)],
)
def test_every_numbered_action_stands_in_its_text(path: str, letter: str, last: int) -> None:
    assert set(numbers(path, letter)) == set(range(1, last + 1))


def test_kvm_asks_between_reading_the_number_and_looking_at_it_again() -> None:
    order = places(
        "virt/kvm.c",
        "READ_ONCE(kvm->mmu_invalidate_seq)",
        "hva_to_pfn(kvm->mm, addr)",
        "spin_lock(&kvm->mmu_lock)",
        "mmu_invalidate_retry_hva(kvm, mmu_seq, addr)",
        "kvm->spte[addr] = page",
    )

    assert order == sorted(order)


def test_kvm_counts_an_invalidation_before_it_drops_entries_and_the_end_before_it_lets_new_ones_come() -> None:
    order = places(
        "virt/kvm.c",
        "kvm->mmu_invalidate_in_progress += 1",
        "kvm->spte[addr] = NULL",
        "kvm->mmu_invalidate_seq += 1",
        "kvm->mmu_invalidate_in_progress -= 1",
    )

    assert order == sorted(order)


def test_an_iommu_takes_no_lock_and_no_reference_and_is_no_rcu_reader() -> None:
    code = code_of("drivers/iommu/sva.c")

    for word in ("spin_lock", "rcu_read_lock", "get_page(", "down_read"):
        assert word not in code


@pytest.mark.parametrize("file", ["collapse-and-free.c", "retract.v6.6.c"])
def test_the_removal_of_a_table_stands_between_start_and_end(file: str) -> None:
    path = f"mm/khugepaged/{file}"
    order = places(
        path,
        "mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE)",
        "pmdp_collapse_flush(",
        "mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE)",
        "pte_free",
    )

    assert order == sorted(order)


@pytest.mark.parametrize("version", ["v6.0", "patch-v1"])
def test_v6_0_and_the_patch_call_no_notifier(version: str) -> None:
    assert "mmu_notifier" not in code_of(f"mm/khugepaged/retract.{version}.c")


def test_v6_6_tells_users_that_may_sleep_before_it_takes_spinlocks() -> None:
    order = places("mm/khugepaged/retract.v6.6.c", "mmu_notifier_invalidate_range_start(", "pmd_lock(", "pte_lockptr(")

    assert order == sorted(order)


def test_hardware_is_told_either_at_range_end_or_in_the_flush() -> None:
    assert re.search(
        r"if \(!SECONDARY_TLB_HOOK_IN_FLUSH\)\s+mmu_notifier_arch_invalidate_secondary_tlbs\(",
        code_of("mm/mmu_notifier.c"),
    )
    assert re.search(
        r"if \(SECONDARY_TLB_HOOK_IN_FLUSH\)\s+mmu_notifier_arch_invalidate_secondary_tlbs\(",
        code_of("arch/tlb-flush.c"),
    )
