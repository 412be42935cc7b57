"""The installed `racewalk serve` in a process of its own, which a test may kill and start again on the same port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

START_LIMIT_S = 60  # generous: a loaded machine is slow, and a test that waits is better than one that guesses


class RacewalkServer:
    """A running server. `address` stays the same over kill() and start()."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert not self.is_running(), "the server runs already"
        command = [str(Path(sys.executable).with_name("racewalk")), "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,  # not the repository: the server must find its files by itself
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that kill() reaches the search workers too
            )
        deadline = time.monotonic() + START_LIMIT_S
        while not self._answers():
            assert self.is_running(), f"`racewalk serve` stopped:\n{self.log}"
            assert time.monotonic() < deadline, f"`racewalk serve` does not answer:\n{self.log}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash would: no goodbye to anybody."""
        assert self._process is not None, "the server was never started"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/health", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
