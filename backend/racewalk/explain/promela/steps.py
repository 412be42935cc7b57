"""The steps of one actor as Promela: for each control point what can be done there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.names import comment
from racewalk.explain.promela.numbers import Num, bare_text, in_promela, operate
from racewalk.explain.promela.ops import Routine
from racewalk.explain.promela.points import control_points
from racewalk.explain.promela.promela_text import Spoken, spoken
from racewalk.explain.promela.values import Values
from racewalk.program.code import Choose, GracePeriod, WakeUp
from racewalk.program.layout import PC
from racewalk.program.program import ActorCode

LINE_CHARS = 110


@dataclass(frozen=True, slots=True)
class Way:
    """One way that a step can go; `said` is it in Promela, where Promela can say it."""

    name: str
    choice: int
    said: Spoken | None


class ActorSteps:
    def __init__(self, ground: Ground, actor: ActorCode, routines: Sequence[Routine]) -> None:
        self.ground, self.actor, self.routines = ground, actor, routines
        self.points = control_points(routines)
        self.ways = [self._ways(step) for step in range(actor.end)]

    def _ways(self, step: int) -> list[Way]:
        """Of a grace period one for each head that RCU may take up; of a wake_up one for each sleeper, and for none."""
        instr = self.actor.instrs[self.actor.steps[step].at]
        count = instr.count if isinstance(instr, Choose) else 1
        if isinstance(instr, GracePeriod):
            count = len(self.ground.program.layout.rcu_heads)
        if isinstance(instr, WakeUp) and not instr.all:
            count = len(self.ground.exclusive_waiters) + 1
        names = [f"{self.actor.info.letter}{step}" + (f"_{k}" if count > 1 else "") for k in range(count)]
        routine, private = self.routines[step], self.ground.is_private
        return [Way(name, k, spoken(routine, k, name, private)) for k, name in enumerate(names)]

    def needs_c(self, step: int) -> bool:
        return any(way.said is None for way in self.ways[step])

    def function(self, step: int) -> str:
        """The name of the step's C function."""
        return f"step_{self.actor.info.letter}{step}"

    # -- text -----------------------------------------------------------------------------------

    def lines(self, first: int) -> list[str]:
        """All control points; a process begins at the first of its text, so that of the step `first` comes first."""
        groups = dict.fromkeys([self.points[first], *(self.points[step] for step in range(self.actor.end + 1))])
        return [line for group in groups for line in self._group(group)]

    def _group(self, steps: tuple[int, ...]) -> list[str]:
        label = self._label(steps[0])
        working = [step for step in steps if step < self.actor.end]
        if not working:
            return [f"{label}:\tfalse"]
        lines = [f"{label}:", "\tif"]
        for step in working:
            words = self.actor.steps[step]
            lines.append(f"\t{comment(f'{self.actor.info.letter}{step} {words.label}')}")
            lines.append(f"\t{comment(words.words)}")
            for way in self.ways[step]:
                lines += self._option(step, way, apart=len(steps) > 1)
        return [*lines, "\tfi;"]

    def _option(self, step: int, way: Way, apart: bool) -> list[str]:
        routine, said = self.routines[step], way.said
        here = [self._here(step)] if apart else []
        alive = ["c_expr { ALIVE }"] if self.actor.info.daemon else []
        if said is not None:
            conditions = [*here, *([said.guard] if said.guard != "true" else []), *alive]
            lines = [f"\t:: d_step {{ {_all(conditions)} ->"]
            lines += ["#if FIND", f"\t\tc_code {{ HEAR_{way.name}; }};", "#endif"]
            lines += _filled(said.body)
        else:
            lines = [f"\t:: d_step {{ {_all([*here, *alive, f'c_expr {{ GO_{way.name} }}'])} -> c_code {{ COMMIT; }};"]
        lines += ["#if FIND", "\t\tc_code { JUDGE; }; LOOK", "#endif"]
        target = self._label(routine.targets[0]) if routine.targets else self._label(step)
        lines.append(f"\t\tskip }}; goto {target}")
        if routine.fatal:
            dead = _all([*here, *alive, f"c_expr {{ DEAD_{way.name} }}"])
            lines += ["#if FIND", f"\t:: d_step {{ {dead} -> c_code {{ JUDGE_DEAD; }}; LOOK"]
            lines += [f"\t\tskip }}; goto {self._label(step)}", "#endif"]
        return lines

    def _here(self, step: int) -> str:
        values = Values(self.ground, [])
        counter = Num(self.ground.program.layout.header(self.actor.index) + PC)
        pc = values.half(counter) if self.actor.end > 0xFF else values.byte(counter)
        return bare_text(in_promela(operate("==", pc, Num(step)), "S", {}))

    def _label(self, step: int) -> str:
        return f"end_{self.actor.info.letter}{self.points[step][0]}"


def _all(conditions: list[str]) -> str:
    return " && ".join(f"({text})" if len(conditions) > 1 else text for text in conditions) or "true"


def _filled(statements: Sequence[str]) -> list[str]:
    """Short statements side by side."""
    lines: list[str] = []
    for text in statements:
        if lines and len(lines[-1]) + len(text) < LINE_CHARS and ":" not in lines[-1] + text:
            lines[-1] += f" {text}"
        else:
            lines.append(f"\t\t{text}")
    return lines
