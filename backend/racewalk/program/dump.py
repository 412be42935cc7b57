"""Code as text: for the model's hash and for somebody who debugs the lowering."""

from __future__ import annotations

from dataclasses import fields

from racewalk.program.code import MODULES, Instr, Region, Target
from racewalk.program.values import Register, Value


def dump(code: list[Instr], *values: Value) -> str:
    """One line per instruction; registers are numbered by first mention, places in the text left out.

    `values` are computed after the code and follow it.
    """
    names: dict[Register, str] = {}

    def show(item: object) -> str:
        if isinstance(item, Register):
            if item not in names:
                names[item] = f"r{len(names)}"
                return f"{names[item]}:{item.type}"
            return names[item]
        if isinstance(item, Target):
            return f"@{item.index}"
        if isinstance(item, tuple):
            return "(" + ", ".join([show(i) for i in item]) + ")"
        kind = type(item)
        if kind.__module__ in MODULES:
            return f"{kind.__name__}({', '.join([show(getattr(item, name)) for name in _shown(kind)])})"
        return str(item)

    lines = []
    for at, instr in enumerate(code):
        region: Region | None = instr.region
        mark = "*" if instr.visible else " "
        lines.append(f"{at:4}{mark} {show(instr)}{' | ' + region.kind if region is not None else ''}")
    lines += [show(value) for value in values]
    return "\n".join(lines) + "\n"


_known_fields: dict[type, tuple[str, ...]] = {}


def _shown(kind: type) -> tuple[str, ...]:
    """The fields that mean something; where they stand in the text and what they are called means nothing."""
    if kind not in _known_fields:
        hidden = ("site", "region", "visible", "work", "part", "text", "span", "marked")
        _known_fields[kind] = tuple(f.name for f in fields(kind) if f.name not in hidden)
    return _known_fields[kind]
