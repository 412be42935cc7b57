"""The texts of the library, for tests of what stands in them and in which order."""

from __future__ import annotations

import re

from racewalk.scenario.catalog import scenario_folder

KERNEL = scenario_folder() / "kernel"


def text_of(path: str) -> str:
    """A file by its path in scenarios/kernel/."""
    return (KERNEL / path).read_text()


def code_of(path: str) -> str:
    """Likewise, without its comments."""
    return re.sub(r"/\*.*?\*/", "", text_of(path), flags=re.DOTALL)


def body(path: str, head: str) -> str:
    """Of the function that a line begins with, without comments."""
    code = code_of(path)
    at = code.index(head)
    return code[at : code.index("\n}\n", at)]


def numbers(path: str, letter: str) -> list[int]:
    """Of the actions that captions name, such as 7 of "U7", in the order of the text."""
    captions = re.findall(r"/\*(.*?)\*/", text_of(path))
    return [int(number) for caption in captions for number in re.findall(rf"\b{letter}(\d+)", caption)]


def in_order(text: str, *parts: str) -> bool:
    """The parts stand in a text one after another."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def places(path: str, *parts: str) -> list[int]:
    """Where the parts stand in a file, without comments; each must."""
    code = code_of(path)
    assert all(part in code for part in parts)
    return [code.index(part) for part in parts]
