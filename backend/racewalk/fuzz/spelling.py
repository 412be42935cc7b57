"""The types of a generated program, each as C spells it: "u8", "struct node *", "spinlock_t[2]"."""

from __future__ import annotations

WRAPPING = "wrapping u8"
ENUM = "enum color"
WORD = "word_t"
NUMBERS = ("u8", "s8", "u16", "s16", "int", "unsigned long", "bool", WRAPPING, ENUM)
HEAD = "struct rcu_head"


def is_pointer(t: str) -> bool:
    return t.endswith("*")


def is_array(t: str) -> bool:
    return t.endswith("]")


def is_number(t: str) -> bool:
    return t in NUMBERS


def is_value(t: str) -> bool:
    """It fits in a local."""
    return is_pointer(t) or is_number(t) or t == WORD


def pointer_to(t: str) -> str:
    return f"{t}*" if is_pointer(t) else f"{t} *"


def target(pointer: str) -> str:
    return pointer[:-1].rstrip()


def array_of(t: str, length: int) -> str:
    return f"{t}[{length}]"


def element(array: str) -> str:
    return array[: array.rindex("[")]


def length(array: str) -> int:
    return int(array[array.rindex("[") + 1 : -1])


def declaration(t: str, name: str) -> str:
    """`u8 x`, `struct node *p`, `spinlock_t forks[2]`"""
    if is_array(t):
        return f"{declaration(element(t), name)}[{length(t)}]"
    return f"{t}{name}" if is_pointer(t) else f"{t} {name}"
