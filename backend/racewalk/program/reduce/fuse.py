"""Steps that nobody can tell from the one before them are not visible any more: they become part of it.

    before   a1 spin_lock(&own)    a2 x = 1    a3 spin_unlock(&own)        nobody else takes `own`
    after    a1 spin_lock(&own); x = 1; spin_unlock(&own)

Lipton's reduction (CACM 18(12), 1975), as of Flanagan and Qadeer (2003): a step of the new program is right movers,
then at most one step of any kind, then left movers (see `movers`). All but the first never block, so it can always be
done when the first can. Why verdicts stay the same:

- A run of the new program is a run of the old one: only interleavings are taken away.
- In a run of the old program move each right mover to the right, up to the step behind it, and each left mover to the
  left. That gives a run of the new one with the same findings and covers, the same end, and, as no property reads
  what movers write, the same violations.
- Where the old run ends in the middle of a new step, because somebody else had a fatal finding or all CPUs wait: its
  right movers are left out, and left movers are done early. What right movers reported is reported by another run, that
  does the whole step where they were; an end without them is an end in both. Left movers must report nothing: done
  early, a fatal one would hide what others might still have met, and any finding would seem unavoidable.
- Deadlock: in the middle of a new step its actor can go on, so a CPU waits for ever in the old program only in front
  of a step that is visible in the new one.

A step stays visible where a daemon may rest, where an actor begins, and where it chooses; and no circle of steps
becomes invisible, so that what ran endlessly still does so in steps. The local work of a new step is within the limit
of one step, or its parts stay apart.
"""

from __future__ import annotations

from dataclasses import replace

from racewalk.lang.limits import STEP_WORK
from racewalk.lang.types import LockType, RcuHeadType, SignalType
from racewalk.program.code import (
    AskFinished,
    AskHeld,
    AskIrqs,
    AskLive,
    CallRcu,
    Instr,
    Load,
    NextObject,
    Store,
    SynchronizeRcu,
    Update,
)
from racewalk.program.layout import zero
from racewalk.program.program import ActorCode, Program
from racewalk.program.reduce.deeds import BEFORE, Deeds, Location
from racewalk.program.reduce.effects import Effects, Facts, NotUnderstood
from racewalk.program.reduce.movers import Movers
from racewalk.program.reduce.paths import Paths, Standing, TooManyWays
from racewalk.program.reduce.pointees import Pointees
from racewalk.program.values import Const, Content


def fuse_steps(program: Program) -> Program:
    """The program with as few visible steps as that allows; the same one where it cannot be understood."""
    if any(actor.softirqs for actor in program.actors):
        return program  # a softirq holds up the steps of its CPU, which then do not move
    if any(isinstance(instr, AskHeld) for probe in program.probes for instr in probe.code.instrs):
        return program  # a property looks at locks
    try:
        facts = _facts(program)
        deeds, unruly = _all_deeds(facts)
    except (TooManyWays, NotUnderstood):
        return program
    watched = _watched(program, facts.pointees)
    code = [instr for actor in program.actors for instr in actor.instrs]
    awaited = any(isinstance(instr, CallRcu | SynchronizeRcu) for instr in code)
    actors = []
    for actor, mine in zip(program.actors, deeds, strict=True):
        others = [one for theirs in deeds if theirs is not mine for one in theirs.values()]
        movers = Movers(mine, others, watched, awaited, unruly)
        actors.append(_without(actor, _invisible(actor, mine, movers)))
    return replace(program, actors=actors)


# -- what everybody can do ------------------------------------------------------------------------


def _all_deeds(facts: Facts) -> tuple[list[dict[int, Deeds]], set[int]]:
    """Of each actor the deeds of its steps; and the unruly locks. Raises TooManyWays, NotUnderstood."""
    program = facts.program
    nobody = program.layout.actors
    unruly = {address for address in _locks(program) if program.layout.owner_of[address].life is not None}
    for setup in program.setups:
        paths = Paths(setup.instrs, {}, Effects(facts, nobody))
        paths.walk([Standing()])
        unruly |= {address for end in paths.ends for holding in end.held for address in holding.addresses}
    found = []
    for actor in program.actors:
        effects = Effects(facts, actor.index)
        starts, before = [Standing()], Deeds()
        if actor.setup is not None:
            first = Paths(actor.setup.instrs, {}, effects)
            first.walk(starts)
            starts = [
                Standing(held=end.held, depth=end.depth, spinning=end.spinning, irqs_off=end.irqs_off)
                for end in first.ends
            ]
            before.locks = first.deeds[BEFORE].locks
        paths = Paths(actor.instrs, actor.step_at, effects)
        paths.walk(starts)
        if BEFORE in paths.deeds:
            # What was done before the race is in the initial state; only a lock may still be held.
            before.locks |= paths.deeds[BEFORE].locks
            before.following = paths.deeds[BEFORE].following
        found.append({**paths.deeds, BEFORE: before})
        every = (lock for deeds in paths.deeds.values() for lock in deeds.locks)
        unruly |= {lock.address for lock in every if lock.what == "drop" and not lock.sure}
    return found, unruly


def _facts(program: Program) -> Facts:
    own = [actor.setup for actor in program.actors if actor.setup is not None]
    racing = [*(code.instrs for code in (*program.setups[1:], *own)), *(actor.instrs for actor in program.actors)]
    looking = [probe.code.instrs for probe in program.probes]
    pointees = Pointees(program, [program.setups[0].instrs, *racing, *looking])
    constants: dict[int, Content] = {}
    for thing in program.layout.objects:
        for leaf in thing.cell.leaves():
            if thing.life is None and not isinstance(leaf.type, LockType | SignalType | RcuHeadType):
                constants[leaf.address] = zero(leaf.type)
    for instr in program.setups[0].instrs:
        if isinstance(instr, Store) and isinstance(instr.value, Const) and instr.place.address is not None:
            constants[instr.place.address] = instr.value.value
    for code in racing:
        for instr in code:
            if isinstance(instr, Store | Update):
                for address in pointees.addresses(instr.place):
                    constants.pop(address, None)
    return Facts(program, pointees, constants)


def _locks(program: Program) -> list[int]:
    return [cell.address for cell in program.layout.locks]


def _watched(program: Program, pointees: Pointees) -> set[Location]:
    """The locations that the properties of all states read."""
    found: set[Location] = set()
    for probe in program.probes:
        for instr in probe.code.instrs if probe.kind != "finally" else ():
            match instr:
                case Load(place=place):
                    found |= pointees.addresses(place)
                case AskFinished():
                    found |= {("end", actor.index) for actor in program.actors}
                case AskIrqs():
                    found |= {("irqs", actor.index) for actor in program.actors}
                case AskLive() | NextObject():
                    found |= {thing.life for thing in program.layout.objects if thing.life is not None}
    return found


# -- which steps go -------------------------------------------------------------------------------


def _invisible(actor: ActorCode, deeds: dict[int, Deeds], movers: Movers) -> set[int]:
    """The steps of one actor that need not be visible."""
    hidden: set[int] = set()
    before: dict[int, set[int]] = {}
    for step, one in deeds.items():
        for following in one.following:
            before.setdefault(following, set()).add(step)
    for step in range(len(actor.steps)):
        wanted = step in deeds and step not in movers.blocking and step not in actor.rests
        if not wanted or BEFORE in before.get(step, ()):
            continue
        hidden.add(step)
        if not all(_is_one_step(head, hidden, deeds, movers) for head in _heads(step, hidden, before)):
            hidden.discard(step)
    return hidden


def _heads(step: int, hidden: set[int], before: dict[int, set[int]]) -> set[int]:
    """The visible steps from which an invisible one is come to."""
    seen, todo = {step}, [step]
    heads = set()
    while todo:
        for earlier in before.get(todo.pop(), ()):
            if earlier not in hidden:
                heads.add(earlier)
            elif earlier not in seen:
                seen.add(earlier)
                todo.append(earlier)
    return heads


def _is_one_step(head: int, hidden: set[int], deeds: dict[int, Deeds], movers: Movers) -> bool:
    """What begins at a visible step is right movers, one step of any kind, left movers; it ends, and in time."""
    done: set[tuple[int, bool]] = set()
    open_: list[int] = []

    def goes(step: int, moving: bool) -> bool:
        moving = moving and step in movers.right
        if step in open_:
            return False
        if (step, moving) in done:
            return True
        open_.append(step)
        for following in deeds[step].following:
            if following in hidden:
                allowed = moving or following in movers.left
                if not allowed or not goes(following, moving):
                    return False
        open_.pop()
        done.add((step, moving))
        return True

    if not goes(head, True):
        return False
    parts = {step for step, _ in done}
    works = [deeds[step].work for step in parts]
    return len(parts) == 1 or (None not in works and sum(work or 0 for work in works) <= STEP_WORK)


def _without(actor: ActorCode, hidden: set[int]) -> ActorCode:
    """The actor with some of its steps invisible; the others are numbered anew."""
    places = {actor.steps[step].at for step in hidden}
    instrs: list[Instr] = [
        replace(instr, visible=False) if at in places else instr for at, instr in enumerate(actor.instrs)
    ]
    kept = [step for step in actor.steps if step.index not in hidden]
    number = {step.index: index for index, step in enumerate(kept)}
    step_at = {at: number[step] for at, step in actor.step_at.items() if step in number}
    step_at |= {at: len(kept) for at, step in actor.step_at.items() if step == actor.end}
    return replace(
        actor,
        instrs=instrs,
        steps=[replace(step, index=number[step.index]) for step in kept],
        step_at=step_at,
        rests=frozenset(number[step] for step in actor.rests),
    )
