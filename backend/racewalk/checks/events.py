"""What a step did, in the past tense: "read VA.anon_vma: NULL", "took A.mmap_lock for reading"."""

from __future__ import annotations

from collections.abc import Callable

from racewalk.lang.types import LockType, RcuHeadType, SignalType
from racewalk.machine.describe import Describer
from racewalk.machine.machine import Ran
from racewalk.machine.memory import Memory, Touch
from racewalk.machine.signals import waiters
from racewalk.model import Access, Event, State
from racewalk.program.code import (
    Acquire,
    Choose,
    Down,
    Downgrade,
    Enter,
    FinishWait,
    GracePeriod,
    Instr,
    Load,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Reinit,
    Schedule,
    SetBh,
    SetIrqs,
    Store,
    SynchronizeRcu,
    Up,
    Update,
    WakeUp,
)
from racewalk.program.layout import Layout, completes
from racewalk.program.program import Step
from racewalk.program.reach import outermost


def event_of(step: Step, instr: Instr, before: State, ran: Ran, describer: Describer) -> Event:
    """The event of a step that ran with a trace."""
    layout = describer.layout
    trace = _trace(instr, ran)
    old, new = Memory(layout, before), Memory(layout, ran.state)
    return Event(step.label, _words(step, instr, trace, old, new, describer), accesses_of(instr, ran, layout))


def accesses_of(instr: Instr, ran: Ran, layout: Layout) -> tuple[Access, ...]:
    """What a step that ran with a trace touched; `instr` is its first instruction."""
    return tuple(dict.fromkeys(Access(t.mode, _cell(t, layout)) for t in _trace(instr, ran)))


def _trace(instr: Instr, ran: Ran) -> tuple[Touch, ...]:
    return tuple(t for t in ran.trace if t.mode != "read" or _belongs(t.instr, instr))


def _belongs(part: Instr, head: Instr) -> bool:
    """A read of the step itself, not of the local work behind it."""
    return part is head or (isinstance(head, Enter) and outermost(part.region) is outermost(head.region))


def _words(step: Step, instr: Instr, trace: tuple[Touch, ...], old: Memory, new: Memory, describer: Describer) -> str:
    def show(address: int, memory: Memory) -> str:
        leaf = describer.layout.leaf_at.get(address)
        if leaf is None or isinstance(leaf.type, LockType | SignalType | RcuHeadType):
            return ""
        return describer.text(memory.read(address, leaf.type), leaf.type, memory)

    def name(address: int) -> str:
        return describer.layout.name_at(address)

    first = trace[0].address if trace else None
    match instr:
        case Load() if first is not None:
            return f"read {name(first)}: {show(first, old)}"
        case Store() if first is not None:
            return f"set {name(first)} to {show(first, new)}"
        case Update() if first is not None:
            if len(trace) == 1 or trace[1].mode != "write":
                return f"left {name(first)} at {show(first, old)}"
            return f"changed {name(first)} from {show(first, old)} to {show(first, new)}"
        case Acquire(attempt=True) if first is not None and trace[0].mode != "lock":
            return f"failed to take {name(first)}"
        case Acquire(mode=mode) if first is not None:
            how = {"read": " for reading", "write": " for writing"}.get(mode, "")
            return f"took {name(first)}{how}"
        case Down(place=place) if first is not None:
            got = trace[0].mode == "lock"
            if completes(place.type):
                return f"saw {name(first)} complete" if got else f"saw that {name(first)} is not complete"
            return f"{'took' if got else 'failed to take'} one of {name(first)}"
        case Up(place=place, all=for_all) if first is not None:
            if completes(place.type):
                return f"completed {name(first)}{' for all' if for_all else ''}"
            return f"gave one to {name(first)}"
        case Reinit() if first is not None:
            return f"made {name(first)} incomplete"
        case PrepareToWait(exclusive=exclusive) if first is not None:
            return f"queued up on {name(first)}{' exclusively' if exclusive else ''}"
        case Schedule():
            return "woke up"
        case FinishWait() if first is not None:
            return f"left {name(first)}"
        case WakeUp() if first is not None:
            gone = set(waiters(old, first)) - set(waiters(new, first))
            woken = " and ".join(describer.title(a) for a in sorted(gone))
            return f"woke {woken or 'nobody'} on {name(first)}"
        case Downgrade() if first is not None:
            return f"turned {name(first)} into a read lock"
        case RcuReadLock():
            return "entered an RCU read section"
        case RcuReadUnlock():
            return "left the RCU read section"
        case SetIrqs(off=off):
            return "switched interrupts off" if off else "switched interrupts on"
        case SetBh(off=off):
            return "switched softirqs off" if off else "switched softirqs on"
        case SynchronizeRcu(begin=begin):
            return "noted who reads under RCU" if begin else "saw the last of those RCU readers leave"
        case GracePeriod() if first is not None:
            owner = describer.layout.owner_of[first]
            return f"a grace period ended: RCU takes up the callback of {owner.id}"
        case Choose():
            return "chose"
        case Enter(region=region) if region is not None and region.kind == "wait":
            return past(step.words)
    return "; ".join(_part(t, describer.layout, show, old, new) for t in _telling(trace)) or past(step.words)


def _cell(touch: Touch, layout: Layout) -> str:
    return layout.object_at(touch.address) if touch.mode in ("alloc", "free") else layout.name_at(touch.address)


def _telling(trace: tuple[Touch, ...]) -> list[Touch]:
    """Of many accesses those that changed something, or else all."""
    changes = [t for t in trace if t.mode != "read"]
    return list(dict.fromkeys(changes or trace))


def _part(touch: Touch, layout: Layout, show: Callable[[int, Memory], str], old: Memory, new: Memory) -> str:
    where = _cell(touch, layout)
    match touch.mode:
        case "read":
            return f"read {where}: {show(touch.address, old)}"
        case "write":
            value = show(touch.address, new)
            return f"set {where} to {value}" if value else f"queued {where} for RCU"
        case "lock":
            return f"took {where}"
        case "unlock":
            return f"released {where}"
        case "alloc":
            return f"got {where}"
        case "free":
            return f"freed {where}"


PAST = {
    "ask": "asked",
    "change": "changed",
    "choose": "chose",
    "compare": "compared",
    "do": "did",
    "drop": "dropped",
    "end": "ended",
    "enter": "entered",
    "exchange": "exchanged",
    "free": "freed",
    "get": "got",
    "leave": "left",
    "look": "looked",
    "note": "noted",
    "release": "released",
    "set": "set",
    "switch": "switched",
    "take": "took",
    "try": "tried",
    "turn": "turned",
    "wait": "waited",
    "write": "wrote",
}


def past(words: str) -> str:
    """ "ask whether it is on, wait until it is": each part in the past tense, whatever parentheses hold."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(words):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and words.startswith(", ", at):
            parts.append(words[start:at])
            start = at + 2
    told = [part.split(" ", 1) for part in [*parts, words[start:]]]
    return ", ".join(" ".join([PAST.get(part[0], part[0]), *part[1:]]) for part in told)
