"""Random programs of arithmetic and control flow give what a second, naive evaluation of them gives.

The same program runs as local work, with every global a shared step of its own, and inside one atomic
block; locals must keep their values in all three.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.model import Move

from tests.program.texts import model

Tree = tuple[Any, ...]

RANGES = {"u8": (0, 255), "s8": (-128, 127), "int": (-32768, 32767), "wrapping u8": (0, 255), "bool": (0, 1)}
VARIABLES = {
    "g": "u8",
    "h": "int",
    "w": "wrapping u8",
    "flag": "bool",
    "a": "int",
    "b": "u8",
    "c": "wrapping u8",
    "d": "s8",
    "e": "bool",
}
GLOBALS = ("g", "h", "w", "flag")
FUNCTIONS = """\
u8 half(int v) { if (v < 0) return -v / 2; return v / 2; }
static inline int twice(u8 v) { return v * 2; }
int bump(int *place, int by) { int old = *place; *place += by; return old; }
"""


class Died(Exception):
    """A division by zero ends the run."""


@dataclass
class Naive:
    """Evaluates a tree as the dialect says it: left to right, exact, with a width only at a store."""

    values: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VARIABLES, 0))
    kinds: set[str] = field(default_factory=set)

    def store(self, name: str, value: int) -> int:
        self.values[name] = self.cut(value, VARIABLES[name])
        return self.values[name]

    def cut(self, value: int, kind: str) -> int:
        low, high = RANGES[kind]
        if kind == "bool":
            return int(value != 0)
        if not low <= value <= high:
            if not kind.startswith("wrapping"):
                self.kinds.add("overflow")
            value = (value - low) % (high - low + 1) + low
        return value

    def expr(self, tree: Tree) -> int:
        match tree:
            case ("number", value):
                return int(value)
            case ("name", name):
                return self.values[name]
            case ("unary", op, inner):
                value = self.expr(inner)
                return {"-": -value, "!": int(not value), "~": ~value}[op]
            case ("binary", "&&", left, right):
                return int(bool(self.expr(left)) and bool(self.expr(right)))
            case ("binary", "||", left, right):
                return int(bool(self.expr(left)) or bool(self.expr(right)))
            case ("binary", op, left, right):
                a = self.expr(left)
                b = self.expr(right)
                if op in "/%" and b == 0:
                    raise Died
                return int(ARITHMETIC[op](a, b))
            case ("choice", test, then, other):
                return self.expr(then if self.expr(test) else other)
            case ("step", name, op, prefix):
                old = self.values[name]
                new = self.store(name, old + (1 if op == "++" else -1))
                return new if prefix else old
            case ("assign", name, "=", inner):
                return self.store(name, self.expr(inner))
            case ("assign", name, op, inner):
                old = self.values[name]
                return self.store(name, int(ARITHMETIC[op[:-1]](old, self.expr(inner))))
            case ("half", inner):
                value = self.cut(self.expr(inner), "int")
                return self.cut(abs(value) // 2, "u8")
            case ("twice", inner):
                return self.cut(self.cut(self.expr(inner), "u8") * 2, "int")
            case ("bump", inner):
                by = self.cut(self.expr(inner), "int")
                old = self.values["a"]
                self.store("a", old + by)
                return old
        raise AssertionError(tree)

    def statement(self, tree: Tree) -> None:
        match tree:
            case ("do", inner):
                self.expr(inner)
            case ("if", test, then, other):
                self.block(then if self.expr(test) else other)
            case ("loop", count, body):
                for _ in range(count):
                    self.block(body)
            case ("switch", subject, arms, default):
                value = self.expr(subject)
                entries = [body for _, body in arms] + [default]
                start = next((i for i, (case, _) in enumerate(arms) if case == value), len(arms))
                for body, leaves in entries[start:]:
                    self.block(body)
                    if leaves:
                        break

    def block(self, trees: tuple[Tree, ...]) -> None:
        for tree in trees:
            self.statement(tree)


ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a >= 0) == (b > 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def spell(tree: Tree) -> str:
    match tree:
        case ("number", value):
            return str(value) if value >= 0 else f"({value})"
        case ("name", name):
            return str(name)
        case ("unary", op, inner):
            return f"{op}({spell(inner)})"
        case ("binary", op, left, right):
            return f"({spell(left)} {op} {spell(right)})"
        case ("choice", test, then, other):
            return f"({spell(test)} ? {spell(then)} : {spell(other)})"
        case ("step", name, op, prefix):
            return f"{op}{name}" if prefix else f"{name}{op}"
        case ("assign", name, op, inner):
            return f"({name} {op} {spell(inner)})"
        case ("bump", inner):
            return f"bump(&a, {spell(inner)})"
        case (name, inner):
            return f"{name}({spell(inner)})"
    raise AssertionError(tree)


def spell_block(trees: tuple[Tree, ...], depth: int = 0) -> str:
    lines = []
    for tree in trees:
        match tree:
            case ("do", inner):
                lines.append(f"{spell(inner)};")
            case ("if", test, then, other):
                lines.append(
                    f"if ({spell(test)}) {{ {spell_block(then, depth)} }} else {{ {spell_block(other, depth)} }}"
                )
            case ("loop", count, body):
                i = f"i{depth}"
                lines.append(f"for (u8 {i} = 0; {i} < {count}; {i}++) {{ {spell_block(body, depth + 1)} }}")
            case ("switch", subject, arms, default):
                cases = "".join(
                    f"case {case}: {{ {spell_block(body, depth)} }} {'break; ' if leaves else ''}"
                    for case, (body, leaves) in arms
                )
                body, _ = default
                lines.append(f"switch ({spell(subject)}) {{ {cases}default: {{ {spell_block(body, depth)} }} }}")
    return "\n".join(lines)


@st.composite
def expression(draw: st.DrawFn, depth: int) -> Tree:
    form = draw(st.integers(0, 8 if depth else 2))
    if form == 0:
        return ("number", draw(st.sampled_from([0, 1, 2, 3, 7, 100, 255, 256, -1, -129])))
    if form == 1:
        return ("name", draw(names))
    if form == 2:
        return ("step", draw(names), draw(st.sampled_from(["++", "--"])), draw(st.booleans()))
    inner = expression(depth - 1)
    if form <= 5:
        return ("binary", draw(st.sampled_from([*ARITHMETIC, "&&", "||"])), draw(inner), draw(inner))
    if form == 6:
        return ("unary", draw(st.sampled_from(["-", "!", "~"])), draw(inner))
    if form == 7:
        return draw(st.sampled_from([("half", draw(inner)), ("twice", draw(inner)), ("bump", draw(inner))]))
    if draw(st.booleans()):
        return ("choice", draw(inner), draw(inner), draw(inner))
    return ("assign", draw(names), draw(st.sampled_from(["=", "+=", "-=", "&=", "*="])), draw(inner))


@st.composite
def block(draw: st.DrawFn, depth: int = 2) -> tuple[Tree, ...]:
    return tuple(draw(statement(depth)) for _ in range(draw(st.integers(1, 3))))


@st.composite
def statement(draw: st.DrawFn, depth: int) -> Tree:
    form = draw(st.integers(0, 4 if depth else 1))
    if form <= 1:
        return ("do", draw(expression(3)))
    inner = block(depth - 1)
    if form == 2:
        return ("if", draw(expression(2)), draw(inner), draw(inner))
    if form == 3:
        return ("loop", draw(st.integers(0, 3)), draw(inner))
    cases = draw(st.sets(st.integers(0, 3), max_size=3))
    arms = tuple((case, (draw(inner), draw(st.booleans()))) for case in sorted(cases))
    return ("switch", draw(expression(2)), arms, (draw(inner), True))


names = st.sampled_from(sorted(VARIABLES))


def text_of(trees: tuple[Tree, ...], frame: str) -> str:
    globals_ = "".join(f"{VARIABLES[name]} {name};\n" for name in GLOBALS)
    locals_ = "".join(f"{kind} {name} = 0;\n" for name, kind in VARIABLES.items() if name not in GLOBALS)
    results = "".join(
        f"{'int' if kind != 'bool' else 'bool'} r_{name};\n" for name, kind in VARIABLES.items() if name not in GLOBALS
    )
    ends = "".join(f"r_{name} = {name};\n" for name in VARIABLES if name not in GLOBALS)
    body = f"{locals_}{spell_block(trees)}\n{ends}"
    return f"{globals_}{results}spinlock_t begin;\n{FUNCTIONS}{frame.replace('BODY', body)}"


LEAD = "spin_lock(&begin); spin_unlock(&begin);\n"
FRAMES = {
    "local work": 'CPU(0, "a") {\n' + LEAD + "BODY}\n",
    "steps": 'CPU(0, "a") {\n'
    + LEAD
    + 'BODY}\nCPU(1, "b") { wait_until(finished(0)); g++; h++; w++; flag = !flag; r_a = 0; }\n',
    "one step": 'CPU(0, "a") {\n'
    + LEAD
    + 'atomic {\nBODY}\n}\nCPU(1, "b") { wait_until(finished(0)); g++; h++; w++; flag = !flag; }\n',
}


def run(race: ScenarioModel) -> tuple[dict[str, int] | None, set[str]]:
    """CPU 0 alone until it ends: what the globals are (None when it died) and the kinds of what was found."""
    state, kinds = race.initial(), set()
    while not race.finished(state, 0):
        outcome = race.step(state, Move(0))
        kinds |= {finding.kind for finding in outcome.findings}
        if outcome.fatal:
            return None, kinds
        state = outcome.state
    world = race.describe(state)
    names = [*GLOBALS, *(f"r_{name}" for name in VARIABLES if name not in GLOBALS)]
    return {name: int(value) for name in names if isinstance(value := world[name], int)}, kinds


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(block())
@example((("do", ("assign", "a", "=", ("binary", "+", ("step", "b", "++", True), ("step", "b", "++", False)))),))
@example((("do", ("assign", "h", "=", ("binary", "-", ("name", "a"), ("bump", ("number", 7))))),))
@example((("do", ("assign", "h", "=", ("assign", "w", "=", ("number", 256)))),))
def test_a_program_gives_what_a_naive_evaluation_gives(trees: tuple[Tree, ...]) -> None:
    naive = Naive()
    try:
        naive.block(trees)
        expected = {name if name in GLOBALS else f"r_{name}": value for name, value in naive.values.items()}
        died = False
    except Died:
        expected, died = {}, True

    for name, frame in FRAMES.items():
        text = text_of(trees, frame)
        values, kinds = run(model(text))
        if died:
            assert values is None, (name, text)
            assert kinds - {"overflow"} == {"division-by-zero"}
        else:
            assert values == expected, (name, text)
            assert kinds == naive.kinds, (name, text)
