"""The part of an export that is C: steps as functions, who can move, what is wrong in a state.

SPIN asks two things of a step that Promela's own expressions cannot always say: whether all of it can go,
and what `finally` finds on a copy of the state. A deadlock also depends on what devices may still do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from racewalk.explain.promela.c_text import c_blocks, function
from racewalk.explain.promela.ground import Ground
from racewalk.explain.promela.kinds import DEADLOCK, MAYBE_DEADLOCK, Kinds
from racewalk.explain.promela.numbers import Num, bare_text, in_c
from racewalk.explain.promela.ops import Routine
from racewalk.explain.promela.routine import probe_routine
from racewalk.explain.promela.steps import ActorSteps
from racewalk.explain.promela.values import Values
from racewalk.model import State
from racewalk.program.layout import PC

DAEMON_STATES = 2_000
"""So many states of devices are looked at for one that lets a CPU run, as Racewalk does."""

COMMON = """\
enum { BLOCKED, GO, DEAD };
enum { SIZE = %(size)d, KINDS = %(kinds)d, HELP = %(help)d };
extern long depth;
static int at_start, went = GO;
static unsigned char copy[SIZE], trial[SIZE], heard[KINDS], ignored[KINDS], *ears = heard;
static const unsigned char beginning[SIZE] = { %(initial)s };
%(life)s

/* Try a step on a copy of the state of SPIN; `copy` is then what it leads to. */
static int try_step(int (*step)(unsigned char *, int), int choice)
{
	at_start = 0;
	memset(heard, 0, KINDS);
	memcpy(copy, &now.S[0], SIZE);
	return went = step(copy, choice);
}

/* Try one on a copy of any state; `trial` is then what it leads to. Nothing is noted. */
static int probe(const unsigned char *state, int (*step)(unsigned char *, int), int choice)
{
	int result;

	ears = ignored;
	memset(ignored, 0, KINDS);
	memcpy(trial, state, SIZE);
	result = step(trial, choice);
	ears = heard;
	return result;
}

/* Add `trial` to the states that are known, if it is new; how many they are then. */
static int add_state(unsigned char seen[][SIZE], int known)
{
	int i;

	for (i = 0; i < known; i++)
		if (!memcmp(seen[i], trial, SIZE)) return known;
	memcpy(seen[known], trial, SIZE);
	return known + 1;
}"""

ALIVE = """\
static int all_finished(const unsigned char *S)
{
	return %(finished)s;
}

static int cpu_can_move(const unsigned char *S)
{
%(cpus)s
	return 0;
}

/* 1: a CPU can run, now or after something that devices may do; 2: not found out. */
static int is_helped(const unsigned char *S)
{
#if %(daemons)d
	static unsigned char seen[HELP + %(most)d][SIZE];
	int known = 1, next = 0;

	memcpy(seen[0], S, SIZE);
	for (; next < known; next++) {
		if (cpu_can_move(seen[next])) return 1;
		if (known > HELP) return 2;
%(moves)s
	}
	return 0;
#else
	return cpu_can_move(S);
#endif
}

static int is_alive(const unsigned char *S)
{
	return all_finished(S) || is_helped(S);
}"""

JUDGE = """\
static int is_final(const unsigned char *S)
{
	if (!all_finished(S)) return 0;
%(rests)s
	return 1;
}

/* What properties say of a state. */
static void judge_always(const unsigned char *S)
{
%(always)s
}

/* The same, and what is said of a state as the end of a run. */
static void judge(const unsigned char *S)
{
	int helped;

	judge_always(S);
	if (is_final(S)) {
%(finally)s
		return;
	}
	if (all_finished(S) || cpu_can_move(S)) return;
	helped = is_helped(S);
%(stuck)s
}

/* A step was done. Where Promela did it, C did it too, and both must have come to the same. */
static void judge_step(void)
{
	if (went != GO || memcmp(copy, &now.S[0], SIZE)) {
		printf("racewalk: a step in Promela and the same step in C differ\\n");
		exit(1);
	}
	judge(copy);
}

/* The finding that is looked for was heard. Of ALL each is told once, when it is first met, and none is looked for. */
static int is_wrong(void)
{
#if FIND == ALL
	static unsigned char told[KINDS];
	int kind;

	for (kind = 1; kind < KINDS; kind++)
		if (heard[kind] && !told[kind]) {
			told[kind] = 1;
			printf("racewalk: finding %%d in %%ld steps\\n", kind, at_start ? 0 : (long) depth + 1);
		}
	return 0;
#else
	return heard[FIND];
#endif
}

static int judge_start(void)
{
	if (memcmp(&now.S[0], beginning, SIZE)) return 0;
	memset(heard, 0, KINDS);
	judge(beginning);
	at_start = memchr(heard, 1, KINDS) != 0;
	return at_start;
}"""


class CPart:
    def __init__(
        self,
        ground: Ground,
        kinds: Kinds,
        actors: Sequence[ActorSteps],
        finals: Sequence[Routine],
        initial: State,
    ) -> None:
        self.ground, self.kinds, self.actors, self.finals, self.initial = ground, kinds, actors, finals, initial

    def text(self) -> str:
        """What only a search for a finding needs is left out of a count; with luck that is all."""
        every = [(steps, step) for steps in self.actors for step in range(steps.actor.end)]
        always = every if self.ground.daemons else [(steps, step) for steps, step in every if steps.needs_c(step)]
        alive = self._alive()
        counting = [self._common()]
        judging: list[str] = []
        (counting if self.ground.daemons else judging).append(alive)
        functions = {one: self._function(*one) for one in every}
        counting[1:1] = [functions[one] for one in always]
        judging[:0] = [functions[one] for one in every if one not in always]
        judging += [*self._property_functions(), self._judge()]
        blocks = [c_blocks("c_decl", "\n".join(self._macros())), c_blocks("c_code", "\n\n".join(counting))]
        wrapped = ["#if FIND", c_blocks("c_code", "\n\n".join(judging)), "#endif"]
        return "\n\n".join([*blocks, *wrapped] if always else [wrapped[0], *blocks, *wrapped[1:]])

    def _function(self, steps: ActorSteps, step: int) -> str:
        return function(steps.function(step), steps.routines[step], self.kinds)

    # -- how Promela asks -----------------------------------------------------------------------

    def _macros(self) -> Iterator[str]:
        """A c_expr may hold no call, so each has a name."""
        yield "\\#define COMMIT memcpy(&now.S[0], copy, SIZE)"
        yield "\\#define ALIVE is_alive(&now.S[0])"
        yield "\\#define JUDGE judge_step()"
        yield "\\#define JUDGE_DEAD judge_always(copy)"
        yield "\\#define AT_START judge_start()"
        yield "\\#define WRONG is_wrong()"
        for steps in self.actors:
            for step, ways in enumerate(steps.ways):
                for way in ways:
                    tried = f"try_step({steps.function(step)}, {way.choice})"
                    if way.said is None:
                        yield f"\\#define GO_{way.name} ({tried} == GO)"
                    else:
                        yield f"\\#define HEAR_{way.name} {tried}"
                    if steps.routines[step].fatal:
                        yield f"\\#define DEAD_{way.name} ({tried} == DEAD)"

    # -- functions ------------------------------------------------------------------------------

    def _common(self) -> str:
        lives = self.ground.life_addresses
        life = f"static const short life[] = {{ {', '.join(str(at) for at in lives)} }};" if any(lives) else ""
        return COMMON % {
            "size": len(self.initial),
            "kinds": len(self.kinds.numbers) + 1,
            "help": DAEMON_STATES,
            "initial": ", ".join(str(byte) for byte in self.initial),
            "life": life,
        }

    def _property_functions(self) -> Iterator[str]:
        for number, probe in enumerate(self.ground.program.probes):
            if probe.kind != "sometimes":
                yield function(f"property_{number}", probe_routine(self.ground, probe), self.kinds, result=True)
        for number, final in enumerate(self.finals):
            yield function(f"finally_{number}", final, self.kinds)

    def _alive(self) -> str:
        cpus = [steps for steps in self.actors if not steps.actor.info.daemon]
        daemons = [steps for steps in self.actors if steps.actor.info.daemon]
        return ALIVE % {
            "finished": " && ".join(f"({self._pc(cpu)}) == {cpu.actor.end}" for cpu in cpus) or "1",
            "cpus": "\n".join(self._switch(cpu, "return 1;") for cpu in cpus),
            "daemons": bool(daemons),
            "most": 1 + sum(max([1, *(len(ways) for ways in daemon.ways)]) for daemon in daemons),
            "moves": "\n".join(self._moves(daemon) for daemon in daemons),
        }

    def _judge(self) -> str:
        daemons = [steps for steps in self.actors if steps.actor.info.daemon]
        return JUDGE % {
            "rests": "\n".join(self._switch(daemon, "return 0;", resting=True) for daemon in daemons),
            "always": "\n".join(self._properties("always", "never")),
            "finally": "\n".join([*self._properties("finally"), *self._finals()]),
            "stuck": "\n".join(self._stuck()),
        }

    def _pc(self, steps: ActorSteps) -> str:
        header = Num(self.ground.program.layout.header(steps.actor.index) + PC)
        return bare_text(in_c(Values(self.ground, []).half(header), "S"))

    def _switch(self, steps: ActorSteps, action: str, resting: bool = False) -> str:
        """Act where the actor's next step can go; `resting`: but not where it may stay for ever."""
        actor = steps.actor
        lines = [f"\tswitch ({self._pc(steps)}) {{"]
        for step, ways in enumerate(steps.ways):
            if resting and step in actor.rests and actor.info.kind != "rcu":
                continue
            tried = [f"probe(S, {steps.function(step)}, {way.choice}) != BLOCKED" for way in ways]
            lines.append(f"\tcase {step}: if ({' || '.join(tried)}) {action} break;")
        return "\n".join([*lines, "\t}"])

    def _moves(self, steps: ActorSteps) -> str:
        lines = [f"\t\tS = seen[next];\n\t\tswitch ({self._pc(steps)}) {{"]
        for step, ways in enumerate(steps.ways):
            lines.append(f"\t\tcase {step}:")
            for way in ways:
                tried = f"probe(S, {steps.function(step)}, {way.choice}) == GO"
                lines.append(f"\t\t\tif ({tried}) known = add_state(seen, known);")
                if DEADLOCK in steps.routines[step].kinds:
                    number = self.kinds[DEADLOCK]
                    lines.append(f"\t\t\tif (ignored[{number}]) return 1;")
            lines.append("\t\t\tbreak;")
        return "\n".join([*lines, "\t\t}"])

    def _properties(self, *sorts: str) -> Iterator[str]:
        for number, probe in enumerate(self.ground.program.probes):
            if probe.kind in sorts:
                holds = f"probe(S, property_{number}, 0)"
                bad = holds if probe.kind == "never" else f"!{holds}"
                yield f"\tif ({bad}) ears[{self.kinds[probe.finding]}] = 1;"

    def _finals(self) -> Iterator[str]:
        """All run on the same copy; one that waits ends them."""
        if self.finals:
            yield "\t\tmemcpy(trial, S, SIZE);"
        for number, final in enumerate(self.finals):
            if final.blocks:
                yield f"\t\tif (finally_{number}(trial, 0) == BLOCKED) {{ ears[{self.kinds[DEADLOCK]}] = 1; return; }}"
            else:
                yield f"\t\tfinally_{number}(trial, 0);"

    def _stuck(self) -> Iterator[str]:
        if DEADLOCK in self.kinds.judged:
            yield f"\tif (!helped) ears[{self.kinds[DEADLOCK]}] = 1;"
        if MAYBE_DEADLOCK in self.kinds.judged:
            yield f"\tif (helped == 2) ears[{self.kinds[MAYBE_DEADLOCK]}] = 1;"
