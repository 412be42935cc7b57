"""What a step is called: the sentence without its subject, its kind, what it waits for."""

from __future__ import annotations

import re

from racewalk.lang.source import Span
from racewalk.program.code import (
    Acquire,
    Allocate,
    AskFinished,
    AskIrqs,
    AskLive,
    Await,
    CallRcu,
    Choose,
    Down,
    Downgrade,
    Enter,
    FinishWait,
    Free,
    GracePeriod,
    Instr,
    Load,
    NextObject,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Reinit,
    Release,
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
from racewalk.program.program import StepKind
from racewalk.program.values import Place

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


LONGEST = 160
"""Characters of source text in a label or a sentence; a longer piece ends in dots."""

CHANGE = re.compile(r"\+\+|--|(?:[-+*/%&|^]|<<|>>)=(?!=)")
"""In the text of a store: it writes back what was read just before."""


def plain(text: str) -> str:
    """Source text on one line, without comments."""
    return " ".join(COMMENT.sub(" ", text).split())


def shown(span: Span) -> str:
    """A piece of the source as people see it in labels and sentences."""
    text = plain(span.file.text[span.start : min(span.end, span.start + 8 * LONGEST)])
    return text if len(text) <= LONGEST else text[:LONGEST] + " ..."


def name_of(place: Place, layout: Layout) -> str:
    """The cell where the text fixes it, else the text of the access."""
    address = place.address
    if address is not None:
        return layout.name_at(address)
    text = shown(place.span)
    for call in ("READ_ONCE", "WRITE_ONCE"):
        if text.startswith(call + "(") and text.endswith(")"):
            text = text[len(call) + 1 : -1]
    return text.removeprefix("&")


def step_words(instr: Instr, text: str, layout: Layout) -> str:
    """ "take A.mmap_lock for reading": what the step is about to do."""
    match instr:
        case Load(place=place):
            return f"read {name_of(place, layout)}"
        case Store(place=place):
            back = " back" if CHANGE.search(plain(text)) else ""
            return f"write {name_of(place, layout)}{back}"
        case Update(place=place, op=op):
            verb = {
                "add": "change",
                "or": "set bits in",
                "inc_not_zero": "take a reference unless it is 0 in",
                "dec_and_test": "drop a reference in",
                "cmpxchg": "compare and exchange",
                "xchg": "exchange",
            }[op]
            return f"{verb} {name_of(place, layout)} at once"
        case Acquire(place=place, mode=mode, attempt=attempt):
            how = {"read": " for reading", "write": " for writing"}.get(mode, "")
            return f"{'try to take' if attempt else 'take'} {name_of(place, layout)}{how}"
        case Release(place=place):
            return f"release {name_of(place, layout)}"
        case Downgrade(place=place):
            return f"turn {name_of(place, layout)} into a read lock"
        case Down(place=place, attempt=attempt):
            if completes(place.type):
                return f"{'try to wait' if attempt else 'wait'} for {name_of(place, layout)}"
            return f"{'try to take' if attempt else 'take'} one of {name_of(place, layout)}"
        case Up(place=place, all=for_all):
            verb = "complete" if completes(place.type) else "give one to"
            return f"{verb} {name_of(place, layout)}{' for all' if for_all else ''}"
        case Reinit(place=place):
            return f"make {name_of(place, layout)} incomplete"
        case PrepareToWait(place=place, exclusive=exclusive):
            return f"queue up on {name_of(place, layout)}{' exclusively' if exclusive else ''}"
        case Schedule():
            return "sleep until woken"
        case FinishWait(place=place):
            return f"leave {name_of(place, layout)}"
        case WakeUp(place=place, all=everybody):
            return f"wake {'everybody' if everybody else 'who waits'} on {name_of(place, layout)}"
        case RcuReadLock():
            return "enter an RCU read section"
        case RcuReadUnlock():
            return "leave the RCU read section"
        case CallRcu(place=place):
            return f"ask RCU to call back for {name_of(place, layout)}"
        case SynchronizeRcu(begin=begin):
            return "note who reads under RCU" if begin else "wait for those RCU readers"
        case GracePeriod():
            return "end a grace period and take up its callback"
        case SetIrqs(off=off):
            return "switch interrupts off" if off else "switch interrupts on"
        case SetBh(off=off):
            return "switch softirqs off" if off else "switch softirqs on"
        case Allocate(pool=pool, reuse=reuse):
            return f"get {'a freed' if reuse else 'an'} object from pool {pool}"
        case Free(struct=struct):
            return f"free the {struct}"
        case Await(span=condition):
            return f"wait until {shown(condition)}"
        case Choose(count=count):
            return f"choose one of {count}"
        case AskFinished():
            return "ask whether a CPU has finished"
        case AskIrqs():
            return "ask whether a CPU has its interrupts on"
        case AskLive():
            return "ask whether the object is live"
        case NextObject():
            return "look for the next object"
        case Enter(region=region):
            if region is not None and region.kind == "wait":
                return text.replace("wait_until(", "wait until ", 1).removesuffix(")")
            return f"do at once: {text}"
    return text


def step_kind(instr: Instr) -> StepKind:
    match instr:
        case Load() | AskFinished() | AskIrqs() | AskLive() | NextObject():
            return "load"
        case Store():
            return "store"
        case Update():
            return "update"
        case Acquire() | Downgrade() | Down():
            return "lock"
        case Release() | Up() | Reinit():
            return "unlock"
        case RcuReadLock() | RcuReadUnlock() | CallRcu() | GracePeriod():
            return "rcu"
        case SetIrqs() | SetBh():
            return "irq"
        case Allocate():
            return "alloc"
        case Free():
            return "free"
        case Await() | SynchronizeRcu() | PrepareToWait() | Schedule() | FinishWait() | WakeUp():
            return "wait"
        case Choose():
            return "choose"
        case Enter(region=region) if region is not None and region.kind == "wait":
            return "wait"
    return "block"


def blocking(instr: Instr, layout: Layout) -> str | None:
    """When an instruction cannot go, in words; None where it always can."""
    match instr:
        case Acquire(attempt=False, place=place, mode=mode):
            name = name_of(place, layout)
            return f"while somebody writes under {name}" if mode == "read" else f"while {name} is held"
        case Down(attempt=False, place=place):
            name = name_of(place, layout)
            return f"until {name} is complete" if completes(place.type) else f"while {name} is 0"
        case Await(span=condition):
            return f"until {shown(condition)}"
        case Schedule():
            return "until it is woken"
        case SynchronizeRcu(begin=False):
            return "until the noted readers have left"
        case Allocate(reuse=True, pool=pool):
            return f"until an object of pool {pool} has been freed"
        case GracePeriod():
            return "until every reader that a callback waits for has left"
    return None


def footprint(instr: Instr, touches: list[tuple[str, str]]) -> list[str]:
    """The symbolic footprint of one instruction: "R vm_area_struct.anon_vma", "L ptdesc.ptl"."""
    found = [f"{mode} {name}" for mode, name in touches]
    match instr:
        case Acquire(place=place) | Downgrade(place=place) | Down(place=place):
            found.append(f"L {place.key}")
        case Release(place=place) | Up(place=place) | Reinit(place=place):
            found.append(f"U {place.key}")
        case PrepareToWait(place=place) | FinishWait(place=place) | WakeUp(place=place):
            found.append(f"Q {place.key}")
        case RcuReadLock() | RcuReadUnlock() | SynchronizeRcu() | GracePeriod():
            found.append("rcu")
        case CallRcu(place=place):
            found.append(f"rcu {place.key}")
        case SetIrqs():
            found.append("irqs")
        case SetBh():
            found.append("softirqs")
        case AskFinished() | AskIrqs():
            found.append("R cpus")
    return found
