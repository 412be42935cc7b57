"""Code as text: for the model's hash and for somebody who debugs the lowering."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from racewalk.program.code import Instr, Region, Register, Site, Target


def dump(code: list[Instr]) -> str:
    """One line per instruction; registers are numbered by first mention, places in the text left out."""
    names: dict[Register, str] = {}

    def show(item: object) -> str:
        if isinstance(item, Register):
            return names.setdefault(item, f"r{len(names)}")
        if isinstance(item, Target):
            return f"@{item.index}"
        if isinstance(item, tuple):
            return "(" + ", ".join(show(i) for i in item) + ")"
        if is_dataclass(item) and not isinstance(item, type) and type(item).__module__ == Instr.__module__:
            parts = [
                show(getattr(item, f.name))
                for f in fields(item)
                if f.name not in ("site", "region", "visible", "text") and not isinstance(getattr(item, f.name), Site)
            ]
            return f"{type(item).__name__}({', '.join(parts)})"
        return str(item)

    lines = []
    for at, instr in enumerate(code):
        region: Region | None = instr.region
        mark = "*" if instr.visible else " "
        lines.append(f"{at:4}{mark} {show(instr)}{' | ' + region.kind if region is not None else ''}")
    return "\n".join(lines) + "\n"
