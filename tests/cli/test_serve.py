"""`racewalk serve`, as a process."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from websockets.sync.client import connect

BACKEND = Path(__file__).resolve().parents[2] / "backend"


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, and its address as it prints it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "racewalk.cli", "serve", "--port", "0", *arguments],
        env={**os.environ, "PYTHONPATH": str(BACKEND), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0], process
    finally:
        process.kill()
        process.communicate()


def test_it_prints_the_address_of_a_free_port_and_answers_there() -> None:
    with serving() as (address, _), urllib.request.urlopen(f"{address}api/health", timeout=30) as answer:
        health = json.load(answer)
        compressed = answer.headers.get("server")

    assert health["status"] == "ok"
    assert compressed is None


def test_a_session_works_over_a_real_socket_without_compression() -> None:
    with serving() as (address, _), connect(address.replace("http", "ws") + "api/session") as socket_:
        socket_.send(json.dumps({"type": "open", "scenario": "lost-update", "seq": 1}))
        opened = json.loads(socket_.recv(timeout=30))
        extensions = socket_.protocol.extensions

    assert opened["type"] == "opened"
    assert extensions == []


def test_ctrl_c_ends_it_at_once_with_open_sessions_and_searches() -> None:
    with serving() as (address, process), connect(address.replace("http", "ws") + "api/session") as socket_:
        socket_.send(json.dumps({"type": "open", "scenario": "uffd-copy", "seq": 1}))
        socket_.recv(timeout=30)
        socket_.send(json.dumps({"type": "find", "seq": 2}))
        socket_.recv(timeout=30)
        process.send_signal(signal.SIGINT)
        log, _ = process.communicate(timeout=30)

    assert "Traceback" not in log


def test_it_is_terminated_at_once_and_without_a_word_however_many_wait() -> None:
    slow = "".join(f"u8 y{i};\n" for i in range(200))
    slow += "".join(f'CPU({c}, "c{c}") {{ {" ".join(f"y{i}++;" for i in range(200))} }}\n' for c in range(8))
    with serving() as (address, process), ExitStack() as sockets:
        bundles = [{"files": [{"path": "own.c", "text": f"{slow} u8 z{number};"}]} for number in range(12)]
        for number, bundle in enumerate(bundles):
            session = sockets.enter_context(connect(address.replace("http", "ws") + "api/session"))
            session.send(json.dumps({"type": "open", "scenario": "own", "bundle": bundle, "seq": 1}))
            if number == 0:
                session.recv(timeout=60)
                session.send(json.dumps({"type": "find", "seq": 2}))
        asked = json.dumps({"scenario": "own", "bundle": bundles[0], "analysis": "check"}).encode()
        told = http.client.HTTPConnection(address.split("/")[2], timeout=30)
        told.request("POST", "/api/analyses", asked, {"Content-Type": "application/json"})
        answer = told.getresponse()
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=30)
        last = json.loads(answer.read().splitlines()[-1])
        told.close()

    assert log == ""
    assert last["problem"]["message"] == "the server is stopping"


def test_a_server_that_is_killed_leaves_no_search_behind() -> None:
    large = "".join(f'u16 x{i}; CPU({i}, "c{i}") {{ for (int i = 0; i < 200; i++) x{i} = i; }}\n' for i in range(4))
    large += 'CPU(4, "looks") { u16 y = x0 + x1 + x2 + x3; }'
    with serving() as (address, process), connect(address.replace("http", "ws") + "api/session") as socket_:
        bundle = {"files": [{"path": "own.c", "text": large}]}
        socket_.send(json.dumps({"type": "open", "scenario": "own", "bundle": bundle}))
        socket_.recv(timeout=30)
        socket_.send(json.dumps({"type": "find"}))
        assert json.loads(socket_.recv(timeout=30))["type"] == "progress"
        workers = children(process.pid)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        left = [pid for pid in workers if Path(f"/proc/{pid}").exists()]

    assert workers
    assert left == []


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def complaint(port: int = 0, **settings: str) -> str:
    """What a server says that cannot start."""
    done = subprocess.run(
        [sys.executable, "-m", "racewalk.cli", "serve", "--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(BACKEND), **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_told_without_a_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = complaint(taken.getsockname()[1])

    assert "cannot listen" in said
    assert "hint: it may run already; --port 0 takes a free port" in said


def test_a_wrong_setting_is_named() -> None:
    assert "RACEWALK_SESSIONS" in complaint(RACEWALK_SESSIONS="many")


def test_a_data_folder_that_cannot_be_used_is_told_without_a_traceback() -> None:
    assert "RACEWALK_DATA_DIR" in complaint(RACEWALK_DATA_DIR="/dev/null/links")
