"""Ctrl-C as a question that a search asks now and then, so that it stops at a place where it can."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


@contextmanager
def interrupted() -> Iterator[Callable[[], bool]]:
    """Gives what tells whether Ctrl-C was pressed. Pressed again, it ends the process as ever."""
    if current_thread() is not main_thread():  # only that one may handle signals
        yield lambda: False
        return
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
