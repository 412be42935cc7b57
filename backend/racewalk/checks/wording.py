"""Incidents of the machine as findings, in the kernel's words where the kernel has words for it."""

from __future__ import annotations

from racewalk.lang.limits import SETUP_WORK
from racewalk.lang.message import format_places
from racewalk.machine.describe import Describer
from racewalk.machine.incident import Incident
from racewalk.machine.memory import Memory
from racewalk.model import Finding
from racewalk.program.code import Check, RcuReadUnlock, SetBh, SetIrqs
from racewalk.program.words import plain

OF_A_LIFE = ("use-after-free", "double-free", "rcu-freed-early")
"""Kinds that are about who allocated an object and who freed it."""


def finding_of(
    incident: Incident, actor: int | None, label: str | None, describer: Describer, memory: Memory
) -> Finding:
    """The finding that an incident is. `actor` None: found at the end, by nobody."""
    if isinstance(incident.instr, Check) and incident.kind == "check":
        check = incident.instr
        message = fill(check.text, [describer.text(v, t, memory) for v, t in incident.values])
        return Finding(check.kind, message, check.fatal, check.warning, actor, label)
    message, details = _sentence(incident, actor, describer, memory)
    thing = describer.layout.object_at(incident.address) if incident.address and incident.kind in OF_A_LIFE else None
    return Finding(incident.kind, message, incident.fatal, False, actor, label, details, thing)


def fill(text: str, values: list[str]) -> str:
    """A message with its %s and %d filled in order; %% is one %."""
    places = format_places(text)
    pieces, at = [], 0
    for place, value in zip(places, values, strict=False):
        pieces += [text[at:place].replace("%%", "%"), value]
        at = place + 2
    pieces.append(text[at:].replace("%%", "%"))
    return "".join(pieces)


def _sentence(
    incident: Incident, actor: int | None, describer: Describer, memory: Memory
) -> tuple[str, tuple[str, ...]]:
    layout = describer.layout
    who = describer.title(actor) if actor is not None else "the end of the run"
    where = layout.name_at(incident.address) if incident.address is not None else "?"
    thing = layout.object_at(incident.address) if incident.address is not None else "?"
    text = plain(incident.instr.site.span.text)
    function = incident.instr.site.function
    held = tuple(f"held: {layout.name_at(a)}" for a in incident.held)
    match incident.kind:
        case "null-dereference":
            return f"BUG: kernel NULL pointer dereference in {function}: {text}", ()
        case "use-after-free":
            fate = "freed and is somebody else's now" if incident.other else "freed"
            return f"KASAN: use-after-free in {function}: {who} touches {where}, which was {fate}", ()
        case "wild-access":
            return f"KASAN: wild-memory-access in {function}: {text} leads to no such object", ()
        case "index-out-of-range":
            return f"UBSAN: array-index-out-of-bounds in {function}: index {incident.other} in {text}", ()
        case "overflow":
            value = "" if incident.other is None else f" {incident.other}"
            return f"UBSAN: overflow in {function}: the value{value} does not fit {incident.type} in {text}", ()
        case "division-by-zero":
            return f"divide error in {function}: {text}", ()
        case "recursive-locking":
            return f"possible recursive locking detected: {who} waits for {where}, which it holds itself", held
        case "bad-unlock":
            return f"bad unlock balance detected: {who} releases {where}, which it does not hold", ()
        case "sleep-in-atomic":
            why = ", ".join(_atomic_because(actor, describer, memory)) if actor is not None else ""
            return f"BUG: sleeping function called from invalid context: {text} {why}".rstrip(), held
        case "nested-sleep":
            return f"do not call blocking ops when !TASK_RUNNING: {text}, although {who} has prepared to wait", ()
        case "double-free":
            again = ", and it is somebody else's now" if incident.other else ""
            return f"KASAN: double-free in {function}: {thing} was freed already{again}", ()
        case "bad-free":
            return f"KASAN: invalid-free in {function}: {thing} did not come from kmalloc", ()
        case "pool-exhausted":
            pool = layout.owner_of[incident.address].pool if incident.address is not None else None
            return f"out of memory in {function}: {_all_objects(incident.other, pool)} in use", ()
        case "double-call-rcu":
            return f"double call_rcu() in {function}: {where} is queued already", ()
        case "rcu-freed-early":
            return f"ODEBUG: free active rcu_head in {function}: {who} frees {thing} while {where} is still queued", ()
        case "unbalanced":
            return f"{who} {_imbalance(incident, actor, describer, memory)}", held
        case "deadlock" if incident.block is None:
            other = describer.title(incident.other) if incident.other is not None else "its CPU"
            cause = f"which {other} holds and cannot release while its softirq runs"
            return f"inconsistent lock state: {who} spins on {where}, {cause}", held
        case "deadlock":
            assert incident.block is not None
            return f"{who} {describer.reason(incident.block, memory)}", ()
        case "lock-order":
            assert incident.address is not None
            assert incident.other is not None
            inner, outer = layout.leaf_at[incident.other].key, layout.leaf_at[incident.address].key
            does = f"{who} holds {layout.name_at(incident.other)} and takes {where}"
            return f"possible circular locking dependency: {does}; the order is {outer}, then {inner}", held
        case "endless-step":
            loop = f"`{text[:60]}` in line {incident.instr.site.span.begin.line}"
            if incident.other == SETUP_WORK:
                return f"it is still at {loop} after {SETUP_WORK:,} instructions (limit SETUP_WORK)", ()
            return f"{who} never gets to its next step: {loop} loops on local data (limit STEP_WORK)", ()
        case "check":
            return text, ()


def _atomic_because(actor: int, describer: Describer, memory: Memory) -> list[str]:
    """Why an actor may not sleep."""
    softirq, bh_depth = describer.program.actors[actor].cpu is not None, memory.bh_depth(actor)
    reasons = (
        ("in a softirq", softirq),
        ("with interrupts off", memory.irqs_off(actor)),
        ("with softirqs off", bh_depth),
        ("holding a spinlock", memory.preempt_count(actor) > bh_depth + softirq),
        ("in an RCU read section", memory.rcu_depth(actor)),
    )
    return [phrase for phrase, true in reasons if true]


def _imbalance(incident: Incident, actor: int | None, describer: Describer, memory: Memory) -> str:
    """What an actor does that it may not, or leaves behind at its end."""
    match incident.instr:
        case RcuReadUnlock():
            return "leaves an RCU read section that it is not in"
        case SetBh():
            return "switches softirqs on, and they are already"
        case SetIrqs(off=off):
            return f"switches interrupts {'off' if off else 'on'}, and they are already"
    left = []
    if actor is not None and (queues := describer.queues_of(1 << actor, memory)):
        left.append(f"in the wait queue {listed(queues)}")
    if incident.held:
        left.append(f"with {listed([describer.layout.name_at(a) for a in incident.held])} held")
    if actor is not None and memory.rcu_depth(actor):
        left.append("in an RCU read section")
    if actor is not None and memory.bh_depth(actor):
        left.append("with softirqs off")
    if actor is not None and memory.irqs_off(actor):
        left.append("with interrupts off")
    return f"ends {' and '.join(left)}"


def listed(names: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _all_objects(number: int | None, pool: str | None) -> str:
    return f"the only object of pool {pool} is" if number == 1 else f"all {number} objects of pool {pool} are"
