"""Routines as C functions, for the parts of an export that Promela itself cannot say.

A function works on the copy of the state that it is given, and returns BLOCKED, GO or DEAD.
"""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.explain.promela.kinds import Kinds
from racewalk.explain.promela.numbers import Expr, bare_text, in_c
from racewalk.explain.promela.ops import Arrive, Die, Fork, Jump, Let, Mark, Note, Op, Put, Routine, Wait
from racewalk.explain.promela.routine import RESULT

TEXT_CHARS = 60_000
"""SPIN takes no more C at once than 64 kB."""


def c_blocks(kind: str, text: str) -> str:
    """C as parts of Promela, `kind` c_code or c_decl, in as many pieces as it takes.

    SPIN counts braces to find the end of a piece, so those that close on another line are written <% and %>,
    which C has too.
    """
    pieces, size = [""], 0
    for line in text.splitlines(keepends=True):
        size += len(line)
        if size > TEXT_CHARS:
            pieces.append("")
            size = len(line)
        if line.count("{") != line.count("}"):
            line = line.replace("{", "<%").replace("}", "%>")
        pieces[-1] += line
    return "\n\n".join(f"{kind} {{\n{piece.rstrip()}\n}}" for piece in pieces)


def function(name: str, routine: Routine, kinds: Kinds, result: bool = False) -> str:
    """`result`: it returns RESULT, and 0 where there is trouble."""
    temps = dict.fromkeys(op.temp.name for op in routine.ops if isinstance(op, Let))
    lines = [f"static int {name}(unsigned char *T, int choice)", "{"]
    if temps:
        lines.append(f"\tlong long {', '.join(f'{temp} = 0' for temp in temps)};")
    lines += [f"\t{line}" for op in routine.ops for line in _lines(op, kinds, result)]
    return "\n".join([*lines, "}"])


def _lines(op: Op, kinds: Kinds, result: bool) -> Iterator[str]:
    match op:
        case Let(temp=temp, value=value):
            yield f"{temp.name} = {_bare(value)};"
        case Put(address=address, value=value):
            yield f"T[{_bare(address)}] = {_bare(value)};"
        case Note(kind=kind, test=test):
            if not result:
                yield f"if ({_bare(test)}) ears[{kinds[kind]}] = 1;"
        case Die(kind=kind, test=test):
            heard = "" if result else f"ears[{kinds[kind]}] = 1; "
            yield f"if ({_bare(test)}) {{ {heard}return {'0' if result else 'DEAD'}; }}"
        case Wait(test=test):
            yield f"if (!({_bare(test)})) return {'0' if result else 'BLOCKED'};"
        case Mark(label=label):
            yield f"{_label(label)}: ;"
        case Fork(test=test, then=then, other=other):
            yield f"if ({_bare(test)}) goto {_label(then)}; else goto {_label(other)};"
        case Jump(label=label):
            yield f"goto {_label(label)};"
        case Arrive():
            yield f"return {RESULT.name if result else 'GO'};"


def _label(label: int) -> str:
    return f"L{label}" if label >= 0 else f"E{~label}"


def _bare(expr: Expr) -> str:
    return bare_text(in_c(expr, "T"))
