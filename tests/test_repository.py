"""Rules that hold for the whole repository, whatever is added to it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 500
LONGER_WITH_REASON = {
    "frontend/src/lib/wire.ts",  # generated
}
LOCK_FILES = ["requirements.lock", "requirements-dev.lock", "frontend/package-lock.json"]


def files(folder: str, *suffixes: str) -> list[Path]:
    found = sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes and path.is_file())
    return [path for path in found if "node_modules" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = [*files("backend", ".py"), *files("tests", ".py"), ROOT / "dev.py", ROOT / "hatch_build.py"]
PAGE = files("frontend/src", ".ts", ".svelte")


def test_the_rules_look_at_something() -> None:
    assert len(PYTHON) > 20
    assert PAGE


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_every_python_module_says_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text()))

    assert docstring, f"{name(path)} has no docstring"


@pytest.mark.parametrize("path", [*PYTHON, *PAGE], ids=name)
def test_no_module_is_too_long_to_read_at_one_sitting(path: Path) -> None:
    lines = path.read_text().count("\n")

    assert lines <= LONGEST_MODULE or name(path) in LONGER_WITH_REASON, (
        f"{name(path)} has {lines} lines: is it still one idea?"
    )


@pytest.mark.parametrize("path", files("backend", ".py"), ids=name)
def test_no_text_can_become_python(path: Path) -> None:
    forbidden_calls = {"compile", "eval", "exec", "__import__"}
    forbidden_modules = {"dill", "marshal", "pickle", "shelve"}
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called in forbidden_calls:
                found.append(f"{name(path)}:{node.lineno}: {called}()")
            case ast.Import(names=names):
                found += [f"{name(path)}:{node.lineno}: {a.name}" for a in names if a.name in forbidden_modules]
            case ast.ImportFrom(module=module) if module in forbidden_modules:
                found.append(f"{name(path)}:{node.lineno}: {module}")

    assert not found


@pytest.mark.parametrize("path", PAGE, ids=name)
def test_no_text_can_become_markup_or_script(path: Path) -> None:
    raw = re.compile(r"\{@html|\b(?:inner|outer)HTML\b|\beval\(|new Function\(|insertAdjacentHTML|document\.write")

    assert not raw.search(path.read_text())


@pytest.mark.parametrize("path", [p for p in (ROOT / "scenarios" / "kernel").rglob("*") if p.is_file()], ids=name)
def test_every_file_of_the_kernel_library_names_its_licence(path: Path) -> None:
    first_line = path.read_text().partition("\n")[0]

    assert "SPDX-License-Identifier: GPL-2.0-only" in first_line


@pytest.mark.parametrize("path", LOCK_FILES)
def test_no_lock_file_says_where_packages_come_from(path: str) -> None:
    text = (ROOT / path).read_text()

    assert not re.search(r'"resolved"|--(?:extra-)?index-url|--find-links|pypi\.org|registry\.|files\.python', text)


@pytest.mark.parametrize("path", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_hash(path: str) -> None:
    requirements = (ROOT / path).read_text().replace("\\\n", "").splitlines()
    pins = [line for line in requirements if line and not line.lstrip().startswith("#")]

    assert pins
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_what_users_get_is_what_was_tested() -> None:
    def pins(path: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^ \\]+", (ROOT / path).read_text(), flags=re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements-dev.lock").read_text(), flags=re.MULTILINE))

    names = {re.split(r"[<>=\[]", requirement)[0].replace(".", "-") for requirement in wanted}

    assert names <= locked


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    result = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_licences_are_whole() -> None:
    assert (ROOT / "LICENSE").read_text() == (ROOT / "LICENSES" / "MIT.txt").read_text()
    assert "END OF TERMS AND CONDITIONS" in (ROOT / "LICENSES" / "GPL-2.0-only.txt").read_text()
