"""A small world of the library to put short texts into: one file, one huge page or a small one, one mm or two."""

from __future__ import annotations

from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.model import Finding, Move
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

Edit = tuple[str, str, str]
"""A file, and what is put in the place of what."""

WORLD = """\
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "mm/pte-marker.c"
#include "arch/fault.c"
#include "kernel/fork.c"
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1 };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };
POOL(struct ptdesc, 4, "T");
POOL(struct page, 3, "P");
POOL(struct anon_vma, 2, "AV");
spinlock_t lead;
u8 answer;
"""


def alone(body: str) -> str:
    """CPU 0 does this; a step before it makes all of it part of the race."""
    return f'CPU(0, "a") {{ spin_lock(&lead); spin_unlock(&lead); {body} }}\n'


def replaced(path: str, content: str, edits: tuple[Edit, ...]) -> str:
    for file, old, new in edits:
        if file == path:
            assert content.count(old) == 1, (file, old)
            content = content.replace(old, new)
    return content


def searched(text: str, *edits: Edit, use: str = "", name: str = "", variant: str | None = None) -> SearchResult:
    """All schedules of a text in this world, or of a shipped scenario, with replacements in files of the library."""

    def library(path: str) -> str | None:
        content = shipped().library(path)
        return None if content is None else replaced(path, content, edits)

    header = f"/*---\ntitle: t\nvariants: {{v: {{use: [{use}]}}}}\n---*/\n" if use else ""
    bundle = shipped().bundle(name) if name else Bundle.of([("own.c", header + WORLD + text)])
    assert bundle is not None
    bundle = Bundle.of((path, replaced(path, content, edits)) for path, content in bundle.files)
    result = search(build(name or "own", bundle, variant, library).model)

    assert result.exhaustive
    return result


def kinds(text: str, *edits: Edit, use: str = "") -> set[str]:
    """Of the findings in all schedules of a text in this world."""
    return {found.kind for found in searched(text, *edits, use=use).found}


def kinds_of(name: str, variant: str, *edits: Edit) -> set[str]:
    """Of the findings in all schedules of a shipped scenario."""
    return {found.kind for found in searched("", *edits, name=name, variant=variant).found}


def walk(name: str, variant: str, actors: str) -> list[Finding]:
    """What a run of a shipped scenario finds; `actors` are letters in order."""
    bundle = shipped().bundle(name)
    assert bundle is not None
    model = build(name, bundle, variant, shipped().library).model
    state = model.initial()
    found: list[Finding] = []
    for letter in actors:
        outcome = model.step(state, Move("abcdefgh".index(letter)))
        found += outcome.findings
        state = outcome.state
    return found
