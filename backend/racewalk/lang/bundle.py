"""A scenario's own files: an ordered map of path to text, also as one file with separators.

    /*--- file: uffd-copy.c ---*/
    ...
    /*--- file: mm/rmap.c ---*/
    ...

Paths are names of texts and never touch a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from racewalk.lang import limits
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.source import SourceFile, Span
from racewalk.record import value_record

_SEPARATOR = re.compile(r"^/\*--- file:[ \t]*(.*?)[ \t]*---\*/[ \t\r]*(?:\n|\Z)", re.MULTILINE)
_PATH = re.compile(r"[A-Za-z0-9._+-]+(?:/[A-Za-z0-9._+-]+)*")


@value_record
class Bundle:
    """Files in order; the first is the scenario. A text ends with a newline or is empty (see `of`)."""

    files: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, files: Iterable[tuple[str, str]]) -> Bundle:
        """A bundle of (path, text); a text that lacks its last newline gets it. A later text of a path replaces."""
        return cls(tuple({path: _ended(text) for path, text in files}.items()))

    @property
    def main(self) -> str | None:
        """The path of the scenario; None when the bundle is empty."""
        return self.files[0][0] if self.files else None

    def get(self, path: str) -> str | None:
        return next((text for name, text in self.files if name == path), None)

    def paths(self) -> tuple[str, ...]:
        return tuple(path for path, _ in self.files)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def parse_bundle(text: str, path: str, sink: Diagnostics) -> Bundle:
    """The files of the one-file form; what stands before the first separator is the file `path`."""
    whole = SourceFile(path, text)
    files: dict[str, str] = {}
    name, start, span = path, 0, Span(whole, 0, 0)
    for found in [*_SEPARATOR.finditer(text), None]:
        end = found.start() if found is not None else len(text)
        part = text[start:end]
        if name in files:
            sink.error("duplicate-file", f"'{name}' stands twice in the bundle", span, "give one of them another name")
        elif (start > 0 or part.strip() or found is None) and (name == path or path_problem(name) is None):
            files[name] = part
        if found is None:
            break
        name, start, span = found[1], found.end(), Span(whole, *found.span(1))
        reason = path_problem(name)
        if reason is not None:
            sink.error("bad-path", f"a file cannot be called so: {reason}", span, "write a name such as mm/rmap.c")
        if len(files) > limits.FILES:
            break
    return Bundle.of(files.items() or [(path, "")])


def print_bundle(bundle: Bundle) -> str:
    """The one-file form; `parse_bundle` gives the same bundle back."""
    return "".join(f"/*--- file: {path} ---*/\n{text}" for path, text in bundle)


def check_bundle(bundle: Bundle, sink: Diagnostics) -> None:
    """Path rules and limits."""
    if len(bundle) > limits.FILES:
        sink.error(
            "limit-files", f"a bundle has at most {limits.FILES} files (limit FILES), this one {len(bundle)}", None
        )
    size_bytes = sum(_size_bytes(text) for _, text in bundle)
    if size_bytes > limits.SOURCE_BYTES:
        sink.error(
            "limit-source",
            f"the scenario's files have {size_bytes:,} bytes; {limits.SOURCE_BYTES:,} are allowed (limit SOURCE_BYTES)",
            None,
            "library files need not be copied into the scenario: #include finds them",
        )
    for path, text in bundle.files[: limits.FILES]:
        reason = path_problem(path)
        if reason is not None:
            sink.error(
                "bad-path", f"a file cannot be called '{path[:80]}': {reason}", None, "write a name such as mm/rmap.c"
            )
        found = _SEPARATOR.search(text)
        if found is not None:
            file = SourceFile(path, text)
            sink.error(
                "separator-inside", "a file cannot hold the line that separates files", Span(file, *found.span())
            )


def path_problem(path: str) -> str | None:
    """Why a text cannot have this path, or None: relative, without '..', of letters, digits and ._+-/ only."""
    if not path:
        return "the name is empty"
    if len(path) > limits.PATH_CHARS:
        return f"more than {limits.PATH_CHARS} characters (limit PATH_CHARS)"
    if path.startswith("/"):
        return "it begins with '/'"
    if any(part in (".", "..") for part in path.split("/")):
        return "it contains '.' or '..' as a folder"
    if not _PATH.fullmatch(path):
        return "only letters, digits and . _ + - / are allowed"
    return None


def decode(data: bytes, path: str, sink: Diagnostics) -> str:
    """The text of a file's bytes; empty after a diagnostic when there are too many or they are no UTF-8."""
    if len(data) > limits.SOURCE_BYTES:
        message = f"the file has {len(data):,} bytes; {limits.SOURCE_BYTES:,} are allowed (limit SOURCE_BYTES)"
        sink.error("limit-source", message, Span(SourceFile(path, ""), 0, 0))
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        shown = SourceFile(path, data.decode("utf-8-sig", "replace"))
        offset = min(len(before), len(shown.text))
        message = f"this is no UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start}"
        sink.error(
            "not-utf-8", message, Span(shown, offset, min(offset + 1, len(shown.text))), "save the file as UTF-8"
        )
        return ""


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _size_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
