/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page_table_check, switched off, as it is in most kernels: where it would be called, and nothing more.
 * mm/page_table_check.enabled.c is what it does.
 *
 * Linux:    v5.8 .. v6.14 (without CONFIG_PAGE_TABLE_CHECK, which is there from v5.17 on)
 * Source:   include/linux/page_table_check.h
 * Left out: Nothing: each of these is an empty function.
 */
#include "linux/mm.h"

/* An entry is about to be written; what it was goes, what it will be comes. */
__weak void page_table_check_pte_set(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte) { }
__weak void page_table_check_pmd_set(pmd_t *pmdp, pmd_t pmd) { }

/* An entry was taken out. */
__weak void page_table_check_pmd_clear(pmd_t pmd) { }

/* A table was detached: pmd led to it. */
__weak void page_table_check_pte_clear_range(struct mm_struct *mm, unsigned long addr, pmd_t pmd) { }

/* A page was given out, or is given back. */
__weak void page_table_check_alloc(struct page *page) { }
__weak void page_table_check_free(struct page *page) { }
