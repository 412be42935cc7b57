"""The files of a variant as they are written, for whoever edits them.

What runs has the variant's edits made. Here they are not: an edit finds its place by the tokens that it replaces, so a
text in which they are replaced already would fit no variant any more. An edited file goes into the scenario's bundle
under its own path; there it stands for the library's, in every variant that includes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from racewalk.lang.assemble import Library, assemble
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import header_of


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    text: str
    shipped: str | None  # what Racewalk has under this path; None: nothing
    edits: tuple[tuple[str, str], ...]  # what the variant replaces by what when it runs


def sources_of(bundle: Bundle, variant: str | None, shipped: Bundle | None, library: Library) -> tuple[Source, ...]:
    """In the order of the includes, the scenario first; as far as a wrong text can be put together.

    `variant` None, or one that there is not: the one that is shown first. `shipped` is the shipped scenario that the
    bundle is an edit of.
    """
    header = header_of(bundle)
    known = variant if variant in header.variants else header.first_shown
    main = bundle.main or ""
    unit, _ = assemble(bundle, main, known if known in header.variants else None, library)
    edits: dict[str, list[tuple[str, str]]] = {}
    for edit in unit.variant.edit:
        edits.setdefault(edit.file, []).append((edit.before.value, edit.after.value))
    paths = dict.fromkeys([main, *(file.path for file in unit.files), *bundle.paths()])
    found: list[Source] = []
    for path in filter(None, paths):
        ours = shipped.get(path) if shipped is not None and path in shipped.paths() else library(path)
        own = bundle.get(path)
        text = own if own is not None else ours
        if text is not None:
            found.append(Source(path, text, ours, tuple(edits.get(path, ()))))
    return tuple(found)
