"""The steps of one actor as Promela: for each control point what can be done there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.names import comment
from racewalk.explain.promela.numbers import Num, bare_text, both, in_promela, operate
from racewalk.explain.promela.ops import Routine
from racewalk.explain.promela.values import Values
from racewalk.program.code import Choose, GracePeriod
from racewalk.program.layout import PC
from racewalk.program.program import ActorCode


class ActorSteps:
    def __init__(
        self,
        ground: Ground,
        actor: ActorCode,
        routines: Sequence[Routine],
        points: Mapping[int, tuple[int, ...]],
    ) -> None:
        self.ground, self.actor = ground, actor
        self.routines, self.points = routines, points

    def group(self, steps: tuple[int, ...]) -> list[str]:
        """One control point with all that can be done there."""
        label = self._label(steps[0])
        working = [step for step in steps if step < self.actor.end]
        if not working:
            return [f"{label}:\tfalse"]
        lines = [f"{label}:"]
        lines.append("\tif")
        for step in working:
            words = self.actor.steps[step]
            lines.append(f"\t{comment(f'{self.actor.info.letter}{step} {words.label}')}")
            lines.append(f"\t{comment(words.words)}")
            for choice in range(choices(self.ground, self.actor, step)):
                lines += self._option(step, choice, apart=len(steps) > 1)
        return [*lines, "\tfi;"]

    def _option(self, step: int, choice: int, apart: bool) -> list[str]:
        routine = self.routines[step]
        name = step_name(self.actor, step, choice)
        here = f"{self._here(step)} && " if apart else ""
        lines = [f"\t:: d_step {{ {here}c_expr {{ GO_{name} }} -> c_code {{ COMMIT; }};"]
        lines += ["#if FIND", "\t\tc_code { JUDGE; }; LOOK", "#endif"]
        target = self._label(routine.targets[0]) if routine.targets else self._label(step)
        lines.append(f"\t\tskip }}; goto {target}")
        if routine.fatal:
            lines.append("#if FIND")
            lines.append(f"\t:: d_step {{ {here}c_expr {{ DEAD_{name} }} -> c_code {{ JUDGE_DEAD; }}; LOOK")
            lines.append(f"\t\tskip }}; goto {self._label(step)}")
            lines.append("#endif")
        return lines

    def _here(self, step: int) -> str:
        values = Values(self.ground, [])
        counter = Num(self.ground.program.layout.header(self.actor.index) + PC)
        pc = values.half(counter) if self.actor.end > 0xFF else values.byte(counter)
        return bare_text(in_promela(both(operate("==", pc, Num(step))), "S", {}))

    def _label(self, step: int) -> str:
        return f"end_{self.actor.info.letter}{self.points[step][0]}"


def choices(ground: Ground, actor: ActorCode, step: int) -> int:
    """How many ways a step can go; of a grace period one for each head that RCU may take up."""
    instr = actor.instrs[actor.steps[step].at]
    if isinstance(instr, GracePeriod):
        return len(ground.program.layout.rcu_heads)
    return instr.count if isinstance(instr, Choose) else 1


def step_name(actor: ActorCode, step: int, choice: int) -> str:
    return f"{actor.info.letter}{step}_{choice}"
