"""The scenarios and the library that ship with the package, read from disk.

Names come from people, so only well-formed ones reach the disk, and only files of the two folders
are ever read: `scenarios/*.c`, and `scenarios/kernel/` for what a text includes. What there is to read
beside them, the documents and what guides a reader, has fixed names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from racewalk.lang.bundle import Bundle, path_problem

PACKAGE = Path(__file__).resolve().parents[1]
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LIBRARY_SUFFIXES = frozenset({".c", ".h"})

DocumentName = Literal["dialect", "authors-guide"]
DOCUMENTS: Mapping[DocumentName, str] = {"dialect": "DIALECT.md", "authors-guide": "AUTHORS-GUIDE.md"}

GuideName = Literal["home", "tour", "glossary", "mail"]


def scenario_folder() -> Path:
    """Beside the package, as a wheel has it; else at the root of the repository."""
    beside = PACKAGE / "scenarios"
    return beside if beside.is_dir() else PACKAGE.parents[1] / "scenarios"


class Catalog:
    """Reads each file once."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or scenario_folder()).resolve()
        self._read = lru_cache(maxsize=512)(_read)

    def ids(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.c") if ID.fullmatch(path.stem)))

    def bundle(self, name: str) -> Bundle | None:
        """A scenario's own text; None where there is no such scenario."""
        if not ID.fullmatch(name):
            return None
        text = self._read(self._folder, f"{name}.c")
        return None if text is None else Bundle.of([(f"{name}.c", text)])

    def library(self, path: str) -> str | None:
        """A file for an #include; None where there is none."""
        if path_problem(path) is not None or Path(path).suffix not in LIBRARY_SUFFIXES:
            return None
        return self._read(self._folder / "kernel", path)

    def document(self, name: DocumentName) -> str | None:
        """A text for readers, as Markdown; None where the folder has none."""
        return self._read(self._folder, DOCUMENTS[name])

    def guide(self, name: GuideName) -> str | None:
        """A file of `scenarios/guide/`, as YAML; None where the folder has none."""
        return self._read(self._folder / "guide", f"{name}.yaml")


def _read(folder: Path, path: str) -> str | None:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        return None
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped() -> Catalog:
    """The catalog of the package."""
    return Catalog()
