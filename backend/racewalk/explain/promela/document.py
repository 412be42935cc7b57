"""The export itself: one file with the state, the parts in C, a process for each actor, and how to run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from racewalk.explain.promela.c_part import CPart
from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.kinds import kinds_of
from racewalk.explain.promela.names import COMMENT_CHARS, comment, identifier
from racewalk.explain.promela.numbers import NotExpressible
from racewalk.explain.promela.routine import code_routine, step_routine
from racewalk.explain.promela.steps import ActorSteps
from racewalk.model import State
from racewalk.program.layout import ACTOR_BYTES, PC
from racewalk.program.program import Program

VECTOR_BYTES = 900
"""A longer state needs a larger VECTORSZ than SPIN's own 1024."""

HEAD = """\
{title}
/*
 * One d_step is one step of Racewalk: stored states, findings and shortest schedules are the same.
 * All of memory is the array S, byte for byte as Racewalk has it; `racewalk steps` prints the steps.
 *
 * Count the states:
 *	spin -a FILE && cc -O2 -w {options}-o pan pan.c && ./pan -m1000000
 * Find the shortest schedule to finding N, which has one step more than the depth that is printed:
 *	spin -a -DFIND=N FILE && cc -O2 -w {options}-DBFS -o pan pan.c && ./pan
 * Search everything, and print each finding once, with the length of its shortest schedule:
 *	spin -a -DFIND=ALL FILE && cc -O2 -w {options}-DBFS -o pan pan.c && ./pan
 *
{kinds}
 *
 * All labels begin with "end", since waiting for ever is finding "deadlock" here and not SPIN's invalid end
 * state: some CPU has not finished, and none can ever go on, whatever devices and RCU may still do.
 * A step with a fatal finding leads to no state, and what devices still do after a deadlock is no state either.
 * Left out: whether every run has a finding ("always"), livelock, covers and `sometimes` properties; and help by
 * devices beyond 2,000 of their states is not looked for, which is finding "maybe-deadlock".
 */"""


@dataclass(frozen=True, slots=True)
class PromelaExport:
    """`kinds` maps the number that FIND takes to a kind of finding; `options` are those that cc needs."""

    text: str
    kinds: Mapping[int, str]
    options: tuple[str, ...]


def export_promela(program: Program, initial: State, title: str) -> PromelaExport:
    """A program as Promela. Raises NotExpressible."""
    if program.lenient:
        raise NotExpressible("something that takes a lock or enters a section is left out")
    ground = Ground(program)
    routines = [[step_routine(ground, actor, step) for step in actor.steps] for actor in program.actors]
    finals = [code_routine(ground, code) for code in program.finals]
    kinds = kinds_of(program, [routine for one in routines for routine in one], finals)
    actors = [ActorSteps(ground, actor, routines[actor.index]) for actor in program.actors]
    options = ("-DNOREDUCE", "-DSAFETY", *(("-DVECTORSZ=2048",) if len(initial) > VECTOR_BYTES else ()))
    numbered = {number: kind for kind, number in kinds.numbers.items()}
    sections = [
        HEAD.format(title=comment(title), options="".join(f"{o} " for o in options), kinds=_legend(numbered)),
        _switches(numbered),
        _memory(ground, initial),
        *_temps(actors),
        CPart(ground, kinds, actors, finals, initial).text(),
        *(_process(steps, initial) for steps in actors),
        START,
    ]
    return PromelaExport("\n\n".join(sections) + "\n", numbered, options)


def _legend(kinds: Mapping[int, str]) -> str:
    lines = [f" *	{number}	{comment(kind)[3:-3]}" for number, kind in kinds.items()]
    return "\n".join([" * Findings:", *lines] if lines else [" * Nothing in it can be found wrong."])


def _switches(kinds: Mapping[int, str]) -> str:
    return "\n".join(
        [
            "#ifndef FIND",
            "#define FIND\t0",
            "#endif",
            f"#define ALL\t{len(kinds) + 1}",
            "#define LOOK\tif :: c_expr { WRONG } -> assert(false) :: else fi;",
        ]
    )


def _memory(ground: Ground, initial: State) -> str:
    rows = [", ".join(str(byte) for byte in initial[at : at + 24]) for at in range(0, len(initial), 24)]
    return "\n".join([*_places(ground), f"byte S[{len(initial)}] = {{", "\t" + ",\n\t".join(rows), "};"])


def _places(ground: Ground) -> Iterator[str]:
    """What lies where, as comments."""
    layout, actors = ground.program.layout, ground.program.actors
    for actor in actors:
        start, (first, end) = layout.header(actor.index), actor.frame
        frame = f", locals S[{first}] to S[{end - 1}]" if end > first else ""
        yield comment(f"{actor.info.letter}: program counter S[{start}], header to S[{start + ACTOR_BYTES - 1}]{frame}")
    line = ""
    for address, cell in sorted(layout.leaf_at.items()):
        entry = f"S[{address}] {cell.id}"
        if line and len(line) + len(entry) > COMMENT_CHARS - 40:
            yield comment(line)
            line = ""
        line += f"  {entry}" if line else entry
    if line:
        yield comment(line)


def _temps(actors: Sequence[ActorSteps]) -> list[str]:
    """They are 0 between steps."""
    ways = [way for steps in actors for ways in steps.ways for way in ways]
    count = max((way.said.temps for way in ways if way.said is not None), default=0)
    return [f"int {', '.join(f't{number}' for number in range(count))};"] if count else []


def _process(steps: ActorSteps, initial: State) -> str:
    info, header = steps.actor.info, steps.ground.program.layout.header(steps.actor.index) + PC
    lines = [
        comment(f"{info.title}: {info.name}"),
        f"active proctype {identifier(info.letter, info.name)}()",
        "{",
        *steps.lines(first=initial[header] | initial[header + 1] << 8),
        "}",
    ]
    return "\n".join(lines)


START = """\
/* What is wrong before anybody has moved. It goes in a circle, and so adds no state. */
#if FIND
active proctype start()
{
end_start:
	if
	:: d_step { c_expr { AT_START } -> if :: c_expr { WRONG } -> assert(1 < 0) :: else fi }; goto end_start
	fi
}
#endif"""
