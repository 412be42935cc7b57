/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rule of the time before v6.5: who takes a page table away holds, exclusively, every lock under which others
 * may walk there. A check: it only looks.
 *
 * Linux:    asserted from v6.1 on (8d3c106e19e8) in collapse_and_free_pmd(); the rule itself up to v6.4
 * Source:   mm/khugepaged.c, Documentation/mm/process_addrs.rst
 * Left out: mmap_lock and i_mmap_rwsem, which every removal of that time takes for all to see. What can be
 *           forgotten is the third: a VMA that has an anon_vma is found through it, too.
 */
#include "linux/mm_types.h"

/* Who takes tables of VMAs with an anon_vma away says here which he has locked. One at a time does so. */
struct anon_vma *anon_vma_held;

static inline void check_higher_locks(struct vm_area_struct *vma)
{
	assert(!vma->anon_vma || vma->anon_vma == anon_vma_held,
	       "higher-locks: a page table of %s is taken away, and the lock of its anon_vma %s is not held",
	       vma, vma->anon_vma);
}
