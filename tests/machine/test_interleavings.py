"""All schedules of random small races end in the states that a second, naive machine ends in.

The naive machine makes a step of every single access, so it also says that what is fused with the step
before, because nobody else could tell, cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from racewalk.model import State

from tests.program.texts import model

Tree = tuple[Any, ...]
VARIABLES = ("x", "y", "z")
LOCKS = ("l", "m")


# -- the naive machine --------------------------------------------------------------------------------


@dataclass
class Code:
    """Operations on registers, variables and locks; an `atomic` is a list of them with its own numbering."""

    ops: list[Tree] = field(default_factory=list)
    registers: int = 0

    def load(self, name: str) -> int:
        self.registers += 1
        self.ops.append(("load", self.registers - 1, name))
        return self.registers - 1

    def block(self, trees: tuple[Tree, ...]) -> None:
        for tree in trees:
            self.statement(tree)

    def statement(self, tree: Tree) -> None:
        match tree:
            case ("set", name, sources, add):
                self.ops.append(("store", name, tuple(self.load(s) for s in sources), add))
            case ("step", name):
                self.ops.append(("store", name, (self.load(name),), 1))
            case ("atomic_inc", name):
                self.ops.append(("at once", [("load", self.registers, name), ("store", name, (self.registers,), 1)]))
                self.registers += 1
            case ("lock" | "unlock", _):
                self.ops.append(tree)
            case ("wait", name):
                self.ops.append(("wait", name))
            case ("atomic", body):
                inner = Code(registers=self.registers)
                inner.block(body)
                self.registers = inner.registers
                self.ops.append(("at once", inner.ops))
            case ("if", name, then, other):
                test = self.load(name)
                branch = len(self.ops)
                self.ops.append(())
                self.block(then)
                jump = len(self.ops)
                self.ops.append(())
                self.ops[branch] = ("unless", test, len(self.ops))
                self.block(other)
                self.ops[jump] = ("jump", len(self.ops))


@dataclass(frozen=True)
class World:
    memory: tuple[tuple[str, int], ...]
    held: tuple[tuple[str, int], ...]
    threads: tuple[tuple[int, tuple[int, ...]], ...]  # pc, registers


def naive_step(world: World, who: int, ops: list[Tree]) -> World | None:
    """One operation of a thread; None where it cannot go."""
    memory, held = dict(world.memory), dict(world.held)
    pc, frozen = world.threads[who]
    registers = list(frozen)

    def run(op: Tree, at: int) -> int | None:
        match op:
            case ("load", register, name):
                registers[register] = memory[name]
            case ("store", name, sources, add):
                memory[name] = (sum(registers[r] for r in sources) + add) % 256
            case ("lock", name):
                if name in held:
                    return None
                held[name] = who
            case ("unlock", name):
                del held[name]
            case ("wait", name):
                if not memory[name]:
                    return None
            case ("unless", register, target):
                return int(target) if not registers[register] else at + 1
            case ("jump", target):
                return int(target)
            case ("at once", inner):
                place = 0
                while place < len(inner):
                    following = run(inner[place], place)
                    if following is None:
                        return None
                    place = following
        return at + 1

    after = run(ops[pc], pc)
    if after is None:
        return None
    threads = list(world.threads)
    threads[who] = (after, tuple(registers))
    return World(tuple(sorted(memory.items())), tuple(sorted(held.items())), tuple(threads))


def naive_ends(programs: list[tuple[Tree, ...]]) -> tuple[set[tuple[int, ...]], bool]:
    """Values of the variables where all have finished, and whether some schedule is stuck before."""
    codes = []
    for trees in programs:
        code = Code()
        code.block(trees)
        codes.append(code)
    first = World(
        tuple(sorted(dict.fromkeys(VARIABLES, 0).items())), (), tuple((0, (0,) * code.registers) for code in codes)
    )
    ends, stuck, seen, todo = set(), False, {first}, [first]
    while todo:
        world = todo.pop()
        going = [w for w, (pc, _) in enumerate(world.threads) if pc < len(codes[w].ops)]
        if not going:
            ends.add(tuple(value for _, value in world.memory))
        nexts = [naive_step(world, who, codes[who].ops) for who in going]
        stuck = stuck or (bool(going) and not any(nexts))
        for following in nexts:
            if following is not None and following not in seen:
                seen.add(following)
                todo.append(following)
    return ends, stuck


# -- the same as text ---------------------------------------------------------------------------------


def spell(trees: tuple[Tree, ...]) -> str:
    lines = []
    for tree in trees:
        match tree:
            case ("set", name, sources, add):
                lines.append(f"{name} = {' + '.join([*sources, str(add)])};")
            case ("step", name):
                lines.append(f"{name}++;")
            case ("atomic_inc", name):
                lines.append(f"atomic_inc(&{name});")
            case ("lock", name):
                lines.append(f"bit_lock(&{name});")
            case ("unlock", name):
                lines.append(f"bit_unlock(&{name});")
            case ("wait", name):
                lines.append(f"wait_until({name});")
            case ("atomic", body):
                lines.append(f"atomic {{ {spell(body)} }}")
            case ("if", name, then, other):
                lines.append(f"if ({name}) {{ {spell(then)} }} else {{ {spell(other)} }}")
    return " ".join(lines)


def ends(programs: list[tuple[Tree, ...]]) -> tuple[set[tuple[int, ...]], bool]:
    text = "wrapping u8 x, y, z;\nbit_lock_t l, m;\n" + "".join(
        f'CPU({number}, "{number}") {{ {spell(trees)} }}\n' for number, trees in enumerate(programs)
    )
    race = model(text)
    found: set[tuple[int, ...]] = set()
    stuck = False
    seen: set[State] = {race.initial()}
    todo = [race.initial()]
    while todo:
        state = todo.pop()
        if race.is_final(state):
            world = race.describe(state)
            found.add(tuple(int(value) for name in VARIABLES if isinstance(value := world[name], int)))
        stuck = stuck or bool(race.stuck_findings(state))
        for _, outcome in race.expand(state):
            assert not outcome.findings, (text, outcome.findings)
            if outcome.state not in seen:
                seen.add(outcome.state)
                todo.append(outcome.state)
    return found, stuck


# -- random races -------------------------------------------------------------------------------------

names = st.sampled_from(VARIABLES)


@st.composite
def simple(draw: st.DrawFn) -> Tree:
    form = draw(st.integers(0, 2))
    if form == 0:
        return ("set", draw(names), tuple(draw(st.lists(names, max_size=2))), draw(st.integers(0, 2)))
    return ("step" if form == 1 else "atomic_inc", draw(names))


@st.composite
def thread(draw: st.DrawFn) -> tuple[Tree, ...]:
    trees: list[Tree] = []
    for _ in range(draw(st.integers(1, 3))):
        form = draw(st.integers(0, 7))
        if form <= 3:
            trees.append(draw(simple()))
        elif form == 4:
            trees.append(("atomic", (draw(simple()), draw(simple()))))
        elif form == 5:
            trees.append(("if", draw(names), (draw(simple()),), (draw(simple()),)))
        elif form == 6:
            trees.append(("wait", draw(names)))
        else:
            first, second = draw(st.permutations(LOCKS))
            inner = [("lock", second), draw(simple()), ("unlock", second)] if draw(st.booleans()) else [draw(simple())]
            trees += [("lock", first), *inner, ("unlock", first)]
    return tuple(trees)


INVERSION = [
    (("lock", "l"), ("lock", "m"), ("step", "x"), ("unlock", "m"), ("unlock", "l")),
    (("lock", "m"), ("lock", "l"), ("step", "x"), ("unlock", "l"), ("unlock", "m")),
]
LOST_UPDATE: list[tuple[Tree, ...]] = [(("step", "x"),), (("step", "x"),), (("set", "y", ("x", "x"), 0),)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(thread(), min_size=2, max_size=3))
@example(INVERSION)
@example(LOST_UPDATE)
def test_a_race_can_end_as_the_naive_machine_says_and_in_no_other_way(programs: list[tuple[Tree, ...]]) -> None:
    assert ends(programs) == naive_ends(programs)
