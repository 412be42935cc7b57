"""The export itself: one file with the state, the parts in C, a process for each actor, and how to run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from racewalk.explain.promela.c_part import CPart
from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.kinds import Kinds, kinds_of
from racewalk.explain.promela.names import comment, identifier
from racewalk.explain.promela.ops import Routine
from racewalk.explain.promela.points import control_points
from racewalk.explain.promela.routine import code_routine, step_routine
from racewalk.explain.promela.steps import ActorSteps
from racewalk.model import State
from racewalk.program.layout import PC
from racewalk.program.program import ActorCode, Program

VECTOR_BYTES = 900
"""A longer state needs a larger VECTORSZ than SPIN's own 1024."""

HEAD = """\
{title}
/*
 * One d_step is one step of Racewalk: stored states, findings and shortest schedules are the same.
 * All of memory is the array S, laid out as Racewalk lays it out; `racewalk steps` prints the steps.
 *
 * Count the states:
 *	spin -a FILE && cc -O2 -w {options}-o pan pan.c && ./pan -m1000000
 * Find the shortest schedule to finding N, which has one step more than the depth that is printed:
 *	spin -a -DFIND=N FILE && cc -O2 -w {options}-DBFS -o pan pan.c && ./pan
 * Look for all of them at once (-c0: do not stop at the first; the text of an assertion ends in the number):
 *	spin -a -DFIND=ALL FILE && cc -O2 -w {options}-DBFS -o pan pan.c && ./pan -c0
 *
{kinds}
 *
 * All labels begin with "end", since waiting for ever is finding "deadlock" here and not SPIN's invalid end
 * state: some CPU has not finished, and none can ever go on, whatever devices and RCU may still do.
 * Left out: covers and `sometimes` properties, which ask whether something can be reached at all.
 */"""


@dataclass(frozen=True, slots=True)
class Export:
    text: str
    kinds: Mapping[int, str]  # number -> kind of finding
    cc_options: tuple[str, ...]


def export(program: Program, initial: State, title: str) -> Export:
    """A program as Promela. Raises NotExpressible."""
    ground = Ground(program)
    steps = [[step_routine(ground, actor, step) for step in actor.steps] for actor in program.actors]
    finals = [code_routine(ground, code) for code in program.finals]
    kinds = kinds_of(program, [routine for routines in steps for routine in routines], finals)
    options = ("-DNOREDUCE", "-DSAFETY", *(("-DVECTORSZ=2048",) if len(initial) > VECTOR_BYTES else ()))
    numbered = {number: kind for kind, number in kinds.numbers.items()}
    c_part = CPart(ground, kinds, steps, finals, initial)
    sections = [
        HEAD.format(title=comment(title), options="".join(f"{o} " for o in options), kinds=_legend(numbered)),
        _switches(numbered),
        _memory(initial),
        c_part.text(),
        *(_process(ground, kinds, actor, steps[actor.index], initial) for actor in program.actors),
        _start(kinds),
    ]
    return Export("\n\n".join(sections) + "\n", numbered, options)


def _legend(kinds: Mapping[int, str]) -> str:
    lines = [f" *	{number}	{comment(kind)[3:-3]}" for number, kind in kinds.items()]
    return "\n".join([" * Findings:", *lines] if lines else [" * Nothing in it can be found wrong."])


def _switches(kinds: Mapping[int, str]) -> str:
    lines = ["#ifndef FIND", "#define FIND\t0", "#endif", f"#define ALL\t{len(kinds) + 1}"]
    for number in kinds:
        lines += [
            f"#if FIND == {number} || FIND == ALL",
            f"#define FOUND_{number}\tif :: c_expr {{ heard[{number}] }} -> assert(0 == {number}) :: else fi;",
            "#else",
            f"#define FOUND_{number}",
            "#endif",
        ]
    return "\n".join(lines)


def _memory(initial: State) -> str:
    rows = [", ".join(str(byte) for byte in initial[at : at + 24]) for at in range(0, len(initial), 24)]
    return f"byte S[{len(initial)}] = {{\n\t" + ",\n\t".join(rows) + "\n};"


def _process(ground: Ground, kinds: Kinds, actor: ActorCode, routines: list[Routine], initial: State) -> str:
    points = control_points(routines)
    header = ground.program.layout.header(actor.index) + PC
    first = initial[header] | initial[header + 1] << 8
    groups = list(dict.fromkeys([points[first], *(points[step] for step in range(len(routines) + 1))]))
    steps = ActorSteps(ground, kinds, actor, routines, points)
    lines = [comment(f"{actor.info.title}: {actor.info.name}")]
    lines.append(f"active proctype {identifier(actor.info.letter, actor.info.name)}()")
    lines.append("{")
    for group in groups:
        lines += steps.group(group)
    return "\n".join([*lines, "}"])


def _start(kinds: Kinds) -> str:
    """What is wrong before anybody has moved; it goes in a circle, and so adds no state."""
    found = [kinds[kind] for kind in dict.fromkeys([*kinds.judged, *kinds.at_end])]
    lines = ["#if FIND", "active proctype start()", "{", "end_start:", "\tif"]
    lines.append("\t:: d_step { c_expr { AT_START } -> skip;")
    lines += list(_found_at_start(found))
    return "\n".join([*lines, "\t\tskip }; goto end_start", "\tfi", "}", "#endif"])


def _found_at_start(numbers: list[int]) -> Iterator[str]:
    for number in numbers:
        yield f"#if FIND == {number} || FIND == ALL"
        yield f"\t\tif :: c_expr {{ heard[{number}] }} -> assert(1 == -{number}) :: else fi;"
        yield "#endif"
