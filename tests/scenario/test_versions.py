"""A library file is taken for no version of Linux that its head does not speak of."""

import re

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.heads import head_comment
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

Version = tuple[int, int]

_LINUX = re.compile(r"^Linux:\s*(.*?)(?=^Source:)", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"\S+\.[ch]\b")
_VERSION = r"v(\d+)\.(\d+)(?:\.\d+)?"


def spoken_of(head: str) -> list[tuple[Version, Version]]:
    """The ranges of versions after "Linux:"; one version is a range of itself. Names of files do not count."""
    found = _LINUX.search(head)
    assert found is not None, head
    words = _FILE.sub("", " ".join(found[1].split()))
    if words.startswith(("any", "not in Linux")):
        return [((0, 0), (99, 0))]
    ranges = [(_of(m, 1), _of(m, 3)) for m in re.finditer(rf"{_VERSION} \.\. {_VERSION}", words)]
    ranges += [((0, 0), _of(m, 1)) for m in re.finditer(rf"\bup to {_VERSION}", words)]
    return ranges + [(_of(m, 1), _of(m, 1)) for m in re.finditer(_VERSION, words)]


def _of(match: re.Match[str], group: int) -> Version:
    return int(match[group]), int(match[group + 1])


@pytest.mark.parametrize("name", shipped().ids())
def test_every_library_file_of_a_released_version_speaks_of_that_version(name: str) -> None:
    bundle, library = shipped().bundle(name), shipped().library
    assert bundle is not None
    unspoken = []

    for variant in build(name, bundle, None, library).header.variants:
        released = re.fullmatch(_VERSION, variant)
        if released is None:
            continue
        unit, _ = assemble(bundle, bundle.main or "", variant, library)
        for file in unit.files:
            text = library(file.path)
            if text is None:
                continue
            ranges = spoken_of(head_comment(text))
            if not any(first <= _of(released, 1) <= last for first, last in ranges):
                unspoken.append(f"{variant}: {file.path}")

    assert not unspoken
