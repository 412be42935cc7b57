"""Small models to test with: each actor is a list of operations on named bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from racewalk.model import (
    Access,
    ActorInfo,
    ActorKind,
    Event,
    Finding,
    Move,
    NotEnabled,
    Option,
    Outcome,
    State,
    World,
)

Vars = dict[str, int]


@dataclass
class Effects:
    """What an operation does besides changing variables."""

    findings: list[Finding] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)
    jump: int | None = None  # index of the next operation


@dataclass(frozen=True)
class Op:
    """One atomic operation. `do` changes the variables; `blocked` says why it cannot go now."""

    label: str
    do: Callable[[Vars, Effects, int], None] = lambda v, effects, choice: None
    blocked: Callable[[Vars], str | None] = lambda v: None
    choices: tuple[str, ...] = ()
    kind: str = "store"
    frames: tuple[str, ...] = ("main",)
    line: int = 1
    rests: bool = False  # a daemon that is blocked here is at rest


@dataclass(frozen=True)
class Toy:
    """A `Model`. A state is one byte for each actor's position, then one for each variable."""

    actors: Sequence[ActorInfo]
    programs: Sequence[Sequence[Op]]
    variables: Vars
    at_end: Callable[[Vars], tuple[Finding, ...]] = lambda v: ()

    def initial(self) -> State:
        return bytes(len(self.actors)) + bytes(self.variables.values())

    def vars(self, state: State) -> Vars:
        return dict(zip(self.variables, state[len(self.actors) :], strict=True))

    def _op(self, state: State, actor: int) -> Op | None:
        program = self.programs[actor]
        return program[state[actor]] if state[actor] < len(program) else None

    def moves(self, state: State) -> list[Option]:
        options = []
        for actor in range(len(self.actors)):
            op = self._op(state, actor)
            if op is None:
                continue
            why = op.blocked(self.vars(state))
            if op.choices:
                options += [Option(Move(actor, k), f"{op.label}: {word}", why) for k, word in enumerate(op.choices)]
            else:
                options.append(Option(Move(actor), op.label, why))
        return options

    def step(self, state: State, move: Move) -> Outcome:
        for option in self.moves(state):
            if option.move == move:
                break
        else:
            raise NotEnabled(move, "there is no such move here")
        if option.blocked:
            raise NotEnabled(move, f"{self.actors[move.actor].title} {option.blocked}")
        op = self._op(state, move.actor)
        assert op is not None
        values, effects = self.vars(state), Effects()
        op.do(values, effects, move.choice or 0)
        positions = bytearray(state[: len(self.actors)])
        positions[move.actor] = positions[move.actor] + 1 if effects.jump is None else effects.jump
        return Outcome(bytes(positions) + bytes(values.values()), tuple(effects.findings), tuple(effects.covers))

    def expand(self, state: State) -> list[tuple[Move, Outcome]]:
        return [(o.move, self.step(state, o.move)) for o in self.moves(state) if o.blocked is None]

    def finished(self, state: State, actor: int) -> bool:
        return self._op(state, actor) is None

    def is_final(self, state: State) -> bool:
        for actor, info in enumerate(self.actors):
            op = self._op(state, actor)
            if op is None or (info.daemon and op.rests):
                continue
            return False
        return True

    def final_findings(self, state: State) -> tuple[Finding, ...]:
        return self.at_end(self.vars(state)) if self.is_final(state) else ()

    def _cpus_left(self, state: State) -> list[int]:
        return [a for a, info in enumerate(self.actors) if not info.daemon and not self.finished(state, a)]

    def stuck_findings(self, state: State) -> tuple[Finding, ...]:
        left = self._cpus_left(state)
        if not left or not self._stuck_for_ever(state):
            return ()
        names = ", ".join(self.actors[a].title for a in left)
        return (Finding("deadlock", f"{names} cannot run again", fatal=True),)

    def _stuck_for_ever(self, state: State) -> bool:
        """No CPU can go, now or after any moves of the daemons."""
        seen, todo = {state}, [state]
        while todo:
            for move, outcome in self.expand(todo.pop()):
                if not self.actors[move.actor].daemon:
                    return False
                if outcome.state not in seen:
                    seen.add(outcome.state)
                    todo.append(outcome.state)
        return True

    def initial_findings(self, state: State) -> tuple[Finding, ...]:
        return ()

    def position(self, state: State, actor: int) -> int | None:
        return None if self.finished(state, actor) else state[actor]

    def label(self, state: State, actor: int) -> str | None:
        op = self._op(state, actor)
        return None if op is None else op.label

    def observe(self, state: State, move: Move) -> Event:
        op = self._op(state, move.actor)
        outcome = self.step(state, move)
        assert op is not None
        before, after = self.vars(state), self.vars(outcome.state)
        changed = tuple(Access("write", name) for name in before if before[name] != after[name])
        return Event(op.label, f"did {op.label}", changed)

    def describe(self, state: State) -> World:
        return {**self.vars(state), **{f"actor:{a.letter}": state[i] for i, a in enumerate(self.actors)}}


def actors(*kinds: ActorKind) -> list[ActorInfo]:
    """CPU 0, CPU 1, ... and daemons by their kind, with the letters a, b, ..."""
    cpus = 0
    result = []
    for index, kind in enumerate(kinds):
        title = f"CPU {cpus}" if kind == "cpu" else kind
        cpus += kind == "cpu"
        result.append(ActorInfo(chr(ord("a") + index), f"{kind}{index}", title, kind))
    return result


# -- operations ------------------------------------------------------------------------------


def assign(label: str, target: str, value: Callable[[Vars], int]) -> Op:
    def do(v: Vars, effects: Effects, choice: int) -> None:
        v[target] = value(v)

    return Op(label, do)


def take(lock: str, by: int) -> Op:
    def do(v: Vars, effects: Effects, choice: int) -> None:
        v[lock] = by + 1

    def blocked(v: Vars) -> str | None:
        return f"waits for {lock}, held by CPU {v[lock] - 1}" if v[lock] else None

    return Op(f"take {lock}", do, blocked, kind="lock")


def release(lock: str) -> Op:
    def do(v: Vars, effects: Effects, choice: int) -> None:
        v[lock] = 0

    return Op(f"release {lock}", do, kind="unlock")


def wait(label: str, until: Callable[[Vars], bool], rests: bool = False) -> Op:
    return Op(label, blocked=lambda v: None if until(v) else f"waits {label}", kind="wait", rests=rests)


def find(kind: str, when: Callable[[Vars], bool], fatal: bool = False, warning: bool = False) -> Op:
    """Reports a finding where the condition holds."""

    def do(v: Vars, effects: Effects, choice: int) -> None:
        if when(v):
            effects.findings.append(Finding(kind, f"{kind} was seen", fatal, warning))

    return Op(f"check {kind}", do)


def cover(words: str) -> Op:
    def do(v: Vars, effects: Effects, choice: int) -> None:
        effects.covers.append(words)

    return Op(f"cover {words}", do)


# -- models ----------------------------------------------------------------------------------


def lost_update() -> Toy:
    """Two CPUs load a counter and store it plus one; sometimes one of the two is lost."""

    def increment(cpu: int) -> list[Op]:
        mine = f"local{cpu}"
        return [
            assign(f"load by {cpu}", mine, lambda v: v["counter"]),
            assign(f"store by {cpu}", "counter", lambda v: v[mine] + 1),
        ]

    return Toy(
        actors("cpu", "cpu"),
        [increment(0), increment(1)],
        {"counter": 0, "local0": 0, "local1": 0},
        lambda v: () if v["counter"] == 2 else (Finding("lost-update", f"the counter is {v['counter']}, not 2"),),
    )


def locked_update() -> Toy:
    """The same with a lock: never lost."""
    broken = lost_update()
    programs = [[take("lock", cpu), *broken.programs[cpu], release("lock")] for cpu in (0, 1)]
    return Toy(broken.actors, programs, {**broken.variables, "lock": 0}, broken.at_end)


def philosophers(count: int) -> Toy:
    """Each takes the left fork, then the right one, and releases them in reverse order, once."""
    programs = []
    for who in range(count):
        left, right = f"fork{who}", f"fork{(who + 1) % count}"
        programs.append([take(left, who), take(right, who), release(right), release(left)])
    cpus: list[ActorKind] = ["cpu"] * count
    return Toy(actors(*cpus), programs, {f"fork{i}": 0 for i in range(count)})


def chosen_by_device() -> Toy:
    """A device answers 0, 1 or 2, again and again; the CPU waits for one answer and dislikes 2."""

    def answer(v: Vars, effects: Effects, choice: int) -> None:
        v["answer"], v["full"] = choice, 1
        effects.jump = 0

    device = [
        Op(
            "answer",
            answer,
            lambda v: "waits until the last answer is read" if v["full"] else None,
            ("zero", "one", "two"),
            kind="choose",
            rests=True,
        )
    ]
    cpu = [wait("wait for an answer", lambda v: v["full"] == 1), find("disliked", lambda v: v["answer"] == 2)]
    return Toy(actors("cpu", "device"), [cpu, device], {"answer": 0, "full": 0})


# -- livelocks, and what only looks like one -----------------------------------------------------


def jump(label: str, to: int, when: Callable[[Vars], bool] = lambda v: True) -> Op:
    """Goes to another operation of its actor where the condition holds, else on."""

    def do(v: Vars, effects: Effects, choice: int) -> None:
        if when(v):
            effects.jump = to

    return Op(label, do)


def spinning(setter: bool) -> Toy:
    """A CPU loops until a flag is set; without a setter nobody ever does."""
    spin = [jump("spin on the flag", 0, lambda v: v["flag"] == 0)]
    other = [assign("set the flag", "flag", lambda v: 1)] if setter else [Op("something else")]
    return Toy(actors("cpu", "cpu"), [spin, other], {"flag": 0})


def backing_off() -> Toy:
    """Two CPUs want two locks in opposite order, and back off where the second is taken: they may retry for ever."""

    def trying(cpu: int, mine: str, other: str) -> list[Op]:
        def attempt(v: Vars, effects: Effects, choice: int) -> None:
            if v[other]:
                effects.jump = 4  # back off
            else:
                v[other] = cpu + 1

        return [
            take(mine, cpu),
            Op(f"try {other}", attempt),
            release(other),
            jump("done", 6),
            release(mine),
            jump("retry", 0),
            release(mine),
        ]

    return Toy(actors("cpu", "cpu"), [trying(0, "a", "b"), trying(1, "b", "a")], {"a": 0, "b": 0})


def polite() -> Toy:
    """Each of two CPUs waits, in a loop, for the other to go first; once both are there, neither ever does."""

    def after_you(mine: str, other: str) -> list[Op]:
        return [
            assign(f"{mine} is here", mine, lambda v: 1),
            jump(f"after {other}", 1, lambda v: v[other] == 1),
            assign(f"{mine} is gone", mine, lambda v: 0),
        ]

    return Toy(actors("cpu", "cpu"), [after_you("x", "y"), after_you("y", "x")], {"x": 0, "y": 0})
