"""What a user gets from `pip install`: built from the source distribution alone, in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("package")]  # one process, so that it is built once


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip does it: in isolation, from the source distribution, which holds no built page."""
    folder = tmp_path_factory.mktemp("package")
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder, folder=ROOT)
    (source,) = folder.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        assert not [member for member in archive.getnames() if "/static/" in member or "node_modules" in member]
    # Without the Node of the environment that runs the tests: pip asks for one where the machine has none.
    path = os.environ["PATH"].replace(str(Path(sys.executable).parent), "")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, source, folder=folder, PATH=path)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_the_page_the_scenarios_and_the_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert "racewalk/static/index.html" in names
    assert "racewalk/static/offline.html" in names
    assert any(name.startswith("racewalk/static/assets/") and name.endswith(".js") for name in names)
    assert "racewalk/static/licenses.md" in names
    assert any(name.startswith("racewalk/scenarios/kernel/mm/") for name in names)
    assert "racewalk/scenarios/uffd-copy.c" in names
    assert any(name.endswith("/licenses/LICENSES/GPL-2.0-only.txt") for name in names)
    assert not [name for name in names if name.startswith("tests/") or "node_modules" in name]


def test_the_installed_command_lists_the_scenarios(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", environment, folder=tmp_path)
    pip, lock = environment / "bin" / "pip", ROOT / "requirements.lock"
    run(pip, "install", "--require-hashes", "--only-binary", ":all:", "--requirement", lock, folder=tmp_path)
    run(pip, "install", "--no-deps", wheel, folder=tmp_path)

    listed = run(environment / "bin" / "racewalk", "list", folder=tmp_path, PYTHONPATH="")

    assert "uffd-copy" in listed
