/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rule of the time before v6.5: who takes a page table away holds, exclusively, every lock under which others
 * may walk there. A check: it only looks.
 *
 * Linux:    asserted from v6.1 on (8d3c106e19e8) in collapse_and_free_pmd(); the rule itself up to v6.4
 * Source:   mm/khugepaged.c, Documentation/mm/process_addrs.rst
 * Left out: The VMA lock of v6.4, under which only faults in anonymous VMAs walk then.
 */
#include "linux/mm_types.h"

static inline void check_higher_locks(struct vm_area_struct *vma)
{
	assert(lockdep_is_held_write(&vma->vm_mm->mmap_lock),
	       "higher-locks: a page table of %s is taken away, and mmap_lock of %s is not held exclusively", vma, vma->vm_mm);
	assert(!vma->vm_file || lockdep_is_held_write(&vma->vm_file->i_mmap_rwsem),
	       "higher-locks: a page table of %s is taken away, and i_mmap_rwsem of its file is not held exclusively", vma);
	assert(!vma->anon_vma || lockdep_is_held_write(&vma->anon_vma->rwsem),
	       "higher-locks: a page table of %s is taken away, and the lock of its anon_vma %s is not held exclusively",
	       vma, vma->anon_vma);
}
