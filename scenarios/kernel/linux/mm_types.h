/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an address space is made of: pages, PTE tables, VMAs, files, mms.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4. Each version knows only some of it: vm_lock comes with v6.4,
 *           VM_UFFD_MINOR with v5.13, write protection of file memory with v5.19
 * Source:   include/linux/mm_types.h, include/linux/fs.h, arch pgtable types
 * Left out: Page-table levels above the PMD: nothing here frees them.
 *           LRU lists, memcg, swap, NUMA: no lock of these races guards them.
 *           Tail pages: a huge page is one struct page, and page tables point to it as a whole. It has one content, unless
 *           a file defines page_data() (mm/khugepaged/collapse_file.c does).
 *           Per-CPU rss caches (v6.2 on): one counter per mm and type, exact at every moment.
 *           Swap entries in the page cache.
 *           Faults of VMAs without a file: such memory is mapped before the race begins.
 *
 * userfaultfd_ctx.wp_armed is not in Linux: it is what a monitor may believe, see mm/pgtable-rules.c.
 *
 * Addresses and file offsets count pages.
 */
#define PTRS_PER_PTE		4		/* 512 in Linux; four show the same */
#define HPAGE_PMD_SIZE		PTRS_PER_PTE	/* what one PMD entry covers: 2 MiB in Linux */
#define HPAGE_PMD_NR		PTRS_PER_PTE
#define PTE_TABLE_BYTES		4096
#define NR_REGIONS		1		/* PMD entries of one mm */
#define NR_VMAS			2		/* VMAs of one mm, and of one file */
#define NR_ANON_VMA_VMAS	2		/* VMAs of one anon_vma */
#define NR_FILE_PAGES		HPAGE_PMD_SIZE	/* pages of one file */
#define MAX_PTE_MAPPED_THP	2		/* 8 in Linux */
#define SPLIT_PTLOCKS		true		/* false: pml and ptl are both mm->page_table_lock (few CPUs) */

#define VM_WRITE		1
#define VM_SHARED		2
#define VM_UFFD_MISSING		4
#define VM_UFFD_WP		8
#define VM_UFFD_MINOR		16

enum page_kind	{ PAGE_SHMEM, PAGE_ANON, PAGE_ZERO, PAGE_DATA };
enum ptdesc_kind { PT_TABLE, PT_DATA };		/* the page of a PTE table, and what it is after somebody else got it */
enum pte_kind	{ PTE_NONE, PTE_PRESENT, PTE_MARKER };
enum pmd_kind	{ PMD_NONE, PMD_TABLE, PMD_HUGE };
enum rss_member	{ MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES, NR_MM_COUNTERS };

struct page {
	bit_lock_t		lock;		/* PG_locked: a sleeping lock; whoever maps a page-cache page needs it */
	enum page_kind		kind;
	bool			huge;		/* covers HPAGE_PMD_NR slots */
	u8			refcount;
	s8			mapcount;	/* page-table entries that map it */
	struct address_space	*mapping;	/* PAGE_SHMEM: the file, NULL once truncated */
	struct anon_vma		*anon_vma;	/* PAGE_ANON: where the reverse map begins */
	unsigned long		index;		/* its place in the file; PAGE_ANON: in the VMAs of the anon_vma, as if it were of the file */
	u8			data;		/* the contents, as one number */
};

/* Words: loaded, stored, compared and passed whole, in one access, as the hardware does it. */
typedef struct {
	enum pte_kind		kind;
	struct page		*page;		/* PTE_PRESENT */
	bool			write;
	bool			uffd_wp;
} pte_t;

typedef struct {
	enum pmd_kind		kind;
	struct ptdesc		*table;		/* PMD_TABLE */
	struct page		*huge;		/* PMD_HUGE */
	bool			write;		/* PMD_HUGE */
} pmd_t;

/* The page that is a PTE table. In v6.4 these fields were part of struct page. */
struct ptdesc {
	enum ptdesc_kind	kind;
	spinlock_t		ptl;		/* guards pte[]; is gone when the table is freed */
	pte_t			pte[PTRS_PER_PTE];
	struct rcu_head		pt_rcu_head;
	bool			accounted;	/* for the checks: its file pages are not counted any more (v6.5 and before) */
};

/* Everybody who may map an anonymous page: the VMA that it was made for, neighbours, copies in children. */
struct anon_vma {
	struct rw_semaphore	rwsem;
	struct vm_area_struct	*rb_root[NR_ANON_VMA_VMAS];	/* an interval tree in Linux */
};

struct userfaultfd_ctx {
	struct mm_struct	*mm;
	u8			mmap_changing;	/* fork, mremap or munmap are under way */
	u8			fault_pending;	/* addresses, a bit each, where a thread waits and the monitor has a message */
	u8			wp_armed;	/* addresses, a bit each, whose stores the monitor relies on being told of */
};

struct vm_area_struct {
	/* Written under mmap_lock, vm_lock and the rmap locks, all exclusive: any one of them keeps these stable. */
	struct mm_struct	*vm_mm;
	unsigned long		vm_start, vm_end, vm_pgoff;
	struct address_space	*vm_file;
	/* Written under mmap_lock and the VMA lock. Who holds only i_mmap_rwsem sees these change under him. */
	u8			vm_flags;
	struct userfaultfd_ctx	*vm_userfaultfd_ctx;
	/* NULL becomes set under mmap_lock *shared* and page_table_lock: a look without them is a guess. */
	struct anon_vma		*anon_vma;
	struct rw_semaphore	vm_lock;
	wrapping u8		vm_lock_seq;	/* mm_lock_seq + 1 while write-locked */
};

struct address_space {
	struct rw_semaphore	i_mmap_rwsem;
	struct vm_area_struct	*i_mmap[NR_VMAS];	/* every VMA that maps the file, in any mm, shared or private */
	struct page		*i_pages[NR_FILE_PAGES];	/* page cache; a huge page stands in all its slots, NULL is a hole */
	unsigned long		i_size;
	spinlock_t		xa_lock;	/* guards i_pages[] against other writers; look-ups take no lock */
};

/* What khugepaged notes about an mm. The array is there from v5.4 to v6.5; nobody fills it in v6.6. */
struct khugepaged_mm_slot {
	u8			nr_pte_mapped_thp;
	unsigned long		pte_mapped_thp[MAX_PTE_MAPPED_THP];
};

struct mm_struct {
	struct rw_semaphore	mmap_lock;
	wrapping u8		mm_lock_seq;	/* +1 at mmap_write_unlock(): drops every VMA write lock at once */
	u8			mm_users;
	struct vm_area_struct	*mmap[NR_VMAS];	/* the VMAs, in no order (a maple tree in Linux) */
	spinlock_t		page_table_lock;
	spinlock_t		pmd_ptl;	/* pml, where locks are split: lives in the page of the PMD table */
	pmd_t			pmd[NR_REGIONS];
	s8			rss_stat[NR_MM_COUNTERS];
	int			pgtables_bytes;
	struct khugepaged_mm_slot khugepaged;
	struct ptdesc		*pmd_huge_pte;	/* deposited under a huge anonymous page, to split it with; guarded by pml */
};
