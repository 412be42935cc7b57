"""Where scenarios and library files come from, and what does not."""

from pathlib import Path

import pytest
from racewalk.scenario.catalog import Catalog, shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "scenarios"
    (root / "kernel" / "mm").mkdir(parents=True)
    (root / "race.c").write_text("the race")
    (root / "another-1.c").write_text("the other")
    (root / "Not An Id.c").write_text("x")
    (root / "README.md").write_text("x")
    (root / "kernel" / "mm" / "rmap.c").write_text("rmap")
    (root / "kernel" / "mm" / "notes.txt").write_text("notes")
    (root / "kernel" / "mm" / "out.c").symlink_to(tmp_path / "secret.c")
    (tmp_path / "secret.c").write_text("secret")
    return root


def test_scenarios_are_listed_by_well_formed_names_in_order(folder: Path) -> None:
    assert Catalog(folder).ids() == ("another-1", "race")


def test_a_scenario_is_a_bundle_of_its_one_file(folder: Path) -> None:
    bundle = Catalog(folder).bundle("race")

    assert bundle is not None
    assert tuple(bundle) == (("race.c", "the race\n"),)


@pytest.mark.parametrize("name", ["", "no-such", "../secret", "race.c", "kernel/mm/rmap", "Not An Id", "race\n", "."])
def test_no_other_name_reads_a_file(folder: Path, name: str) -> None:
    assert Catalog(folder).bundle(name) is None


def test_the_library_reads_only_its_own_folder(folder: Path) -> None:
    catalog = Catalog(folder)

    assert catalog.library("mm/rmap.c") == "rmap"
    for path in ("../race.c", "/etc/hostname", "mm/../../race.c", "mm", "mm/notes.txt", "mm/gone.c", "mm/out.c", ""):
        assert catalog.library(path) is None


def test_the_package_finds_its_own_scenarios() -> None:
    assert {"uffd-copy", "lost-update"} <= set(shipped().ids())
    assert shipped().library("linux/mm_types.h") is not None
