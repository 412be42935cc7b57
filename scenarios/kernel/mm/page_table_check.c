/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page_table_check: counts, per page, the anonymous and the file mappings that exist.
 *
 * Linux:    v5.17 .. v6.6 (CONFIG_PAGE_TABLE_CHECK)
 * Source:   mm/page_table_check.c
 * Left out: All of the accounting. It is a debugging option that only counts and complains; no lock and no
 *           decision of the mm depends on it, so no verdict does. Each hook may be defined by a scenario.
 *
 * In a retraction it goes over the table that was just detached and takes every page that is still mapped
 * there out of its count. It does *not* complain that the table is not empty, so it hides a lost page rather
 * than reporting it.
 */
#include "linux/mm.h"

__weak void page_table_check_pte_clear_range(struct mm_struct *mm, unsigned long addr, pmd_t pmd) { }
