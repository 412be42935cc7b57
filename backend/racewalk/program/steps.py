"""From instructions to steps: which are visible, what they are called, what lives across them.

A step begins at a visible instruction and ends in front of the next one; what lies between is local
work and part of the step before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from racewalk.lang.limits import STATE_BYTES
from racewalk.program.code import Caller, End, Enter, GracePeriod, Instr, Site
from racewalk.program.emit import ConstantLocal, Emitter
from racewalk.program.layout import Layout, codec
from racewalk.program.program import ActorCode, Step
from racewalk.program.reach import first_steps, outermost, reachable, registers_in, successors
from racewalk.program.shared import Sharing
from racewalk.program.values import Register
from racewalk.program.words import blocking, footprint, shown, step_kind, step_words


def give_frame(actor: ActorCode, emitter: Emitter, layout: Layout) -> None:
    """Number the actor's steps, and give its registers that live across them their slots, from `layout.size` on.

    Gives up when the state is too large, which is for the caller to say.
    """
    code = actor.instrs
    live = sorted(reachable(code))
    points = [at for at in live if code[at].visible]
    actor.step_at = {at: index for index, at in enumerate(points)}
    for at in live:
        if isinstance(code[at], End):
            actor.step_at[at] = len(points)
    _measure_temporaries(emitter.registers, code)
    emitter.registers = [r for r in emitter.registers if _lives_at_some(r, points)]
    actor.frame = (layout.size, _give_slots(emitter.registers, layout.size))
    layout.size = actor.frame[1]


def form_steps(actor: ActorCode, emitter: Emitter, layout: Layout, sharing: Sharing) -> None:
    """Fill the actor's step table."""
    code = actor.instrs
    points = [at for at in actor.step_at if code[at].visible]
    scopes = _scopes(emitter.registers, points)
    constants = _scopes(emitter.constants, points)
    names = _labels([code[at] for at in points])
    for index, at in enumerate(points):
        step = _step(index, at, names[index], actor, emitter, layout, sharing)
        step.in_scope = tuple(scopes[index])
        step.constants = tuple(constants[index])
        step.clear = gaps(step.in_scope, actor.frame)
        actor.steps.append(step)
    heads = first_steps(code, [rest.index for rest in emitter.rests] + ([0] if actor.info.daemon else []))
    actor.rests = frozenset(actor.step_at[at] for at in heads)


def _step(
    index: int, at: int, label: str, actor: ActorCode, emitter: Emitter, layout: Layout, sharing: Sharing
) -> Step:
    instr = actor.instrs[at]
    text = _text(instr)
    inside = [actor.instrs[i] for i in _extent(actor.instrs, at)]
    touched: list[str] = []
    for part in inside:
        shared = [t for t in sharing.touches(part) if t[1] in sharing.shared]
        touched += footprint(part, shared)
    words = step_words(instr, text, layout)
    if isinstance(instr, Enter) and instr.region is not None and instr.region.kind != "wait":
        words = _block_words(text, [p for p in inside if sharing.is_step(p)], layout)
    blocks = next((b for b in (blocking(part, layout) for part in inside) if b is not None), None)
    return Step(
        index=index,
        at=at,
        site=_site(instr),
        label=label,
        text=text,
        words=words,
        caption=_caption(instr, emitter),
        kind=step_kind(instr),
        footprint=tuple(dict.fromkeys(touched)),
        blocks=blocks,
    )


def _block_words(text: str, parts: list[Instr], layout: Layout) -> str:
    """A call that is one step by its name; a block by the first few things that it does."""
    if "{" not in text:
        return f"do {text} at once"
    does = list(dict.fromkeys(step_words(p, shown(p.site.span), layout) for p in parts))
    return ", ".join(does[:3]) + (", and more" if len(does) > 3 else "")


def _extent(code: list[Instr], at: int) -> list[int]:
    """The instructions that make a step: the visible one, or all of its region. The rest is local work."""
    region = outermost(code[at].region)
    found, todo = {at}, successors(code, at) if region is not None else []
    while todo:
        index = todo.pop()
        if index in found or code[index].visible or outermost(code[index].region) is not region:
            continue
        found.add(index)
        todo += successors(code, index)
    return sorted(found)


def _site(instr: Instr) -> Site:
    region = outermost(instr.region)
    return region.site if isinstance(instr, Enter) and region is not None else instr.site


def _text(instr: Instr) -> str:
    region = outermost(instr.region)
    if isinstance(instr, GracePeriod):
        return "a grace period ends"
    if isinstance(instr, Enter) and region is not None and region.text is not None:
        return region.text
    text = shown(_site(instr).span)
    return text if instr.part is None else f"{text}: {instr.part}"


def _caption(instr: Instr, emitter: Emitter) -> str | None:
    """The trailing comment of the line, "V9"; where it has none, that of the nearest call that led there."""
    site = _site(instr)
    for span in [site.span, *(caller.span for caller in reversed(site.stack))]:
        captions = emitter.checked.unit.captions.get(span.file.path, {})
        found = captions.get(span.finish.line) or captions.get(span.begin.line)
        if found is not None:
            return found
    return None


# -- labels -----------------------------------------------------------------------------------


def _labels(instrs: Sequence[Instr]) -> list[str]:
    """ "function: text"; "#2" for the second such text of the function; callers in front where both repeat.

    Comments, white space and line numbers do not enter, so a label survives most edits.
    """
    sites = [_site(i) for i in instrs]
    plain_names = [f"{s.function}: {_text(i)}" for s, i in zip(sites, instrs, strict=True)]
    places: dict[str, set[tuple[str, int]]] = {}
    for name, site in zip(plain_names, sites, strict=True):
        places.setdefault(name, set()).add(_place(site))
    nth = {name: {place: n for n, place in enumerate(sorted(all_))} for name, all_ in places.items()}
    numbered = []
    for name, site in zip(plain_names, sites, strict=True):
        number = nth[name][_place(site)]
        numbered.append(name if number == 0 else f"{name} #{number + 1}")
    routed = _with_callers(numbered, [site.stack for site in sites])
    seen: Counter[str] = Counter()
    count = Counter(routed)
    result = []
    for name in routed:
        seen[name] += 1
        result.append(name if count[name] == 1 or seen[name] == 1 else f"{name} @{seen[name]}")
    return result


def _place(site: Site) -> tuple[str, int]:
    return site.span.file.path, site.span.start


def _with_callers(names: list[str], stacks: list[tuple[Caller, ...]]) -> list[str]:
    """Names that occur twice get as many of their nearest callers in front as it takes to tell them apart."""
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(name, []).append(index)
    result = list(names)
    for name, members in groups.items():
        deepest = max(len(stacks[m]) for m in members)
        for depth in range(1, deepest + 1) if len(members) > 1 else ():
            routes = [tuple(c.function for c in stacks[m][-depth:]) for m in members]
            for member, route in zip(members, routes, strict=True):
                result[member] = " > ".join([*route, name])
            if len(set(routes)) == len(members):
                break
    return result


# -- what lives across steps ------------------------------------------------------------------------


Scoped = TypeVar("Scoped", Register, ConstantLocal)


def _measure_temporaries(registers: list[Register], code: list[Instr]) -> None:
    """A temporary lives from the first to the last instruction that mentions it."""
    spans: dict[Register, tuple[int, int]] = {}
    for at, instr in enumerate(code):
        for register in registers_in(instr):
            if register.temporary:
                first, _ = spans.get(register, (at, at))
                spans[register] = (first, at)
    for register in registers:
        if register.temporary:
            register.first, register.last = spans.get(register, (0, 0))


def _range(item: Register | ConstantLocal, points: list[int]) -> tuple[int, int]:
    """Which steps, by index, a local or temporary lives at: from the one to before the other.

    A named one is there from its first instruction on, a temporary only after it.
    """
    if isinstance(item, Register) and item.temporary:
        return bisect_right(points, item.first), bisect_right(points, item.last)
    return bisect_left(points, item.first), bisect_left(points, item.last)


def _lives_at_some(register: Register, points: list[int]) -> bool:
    first, last = _range(register, points)
    return first < last


def _scopes(items: Sequence[Scoped], points: list[int]) -> list[list[Scoped]]:
    """For each step what lives there, outermost first."""
    scopes: list[list[Scoped]] = [[] for _ in points]
    for item in items:
        for index in range(*_range(item, points)):
            scopes[index].append(item)
    return scopes


def _give_slots(registers: list[Register], start: int) -> int:
    """Addresses for registers that live at some step; those that never live together may share theirs."""
    placed: list[Register] = []
    end = start
    for register in sorted(registers, key=lambda r: (r.first, -r.last)):
        placed = [p for p in placed if p.last >= register.first]
        register.slot = max((_slot_end(p) for p in placed), default=start)
        placed.append(register)
        end = max(end, _slot_end(register))
        if end > STATE_BYTES:
            break
    return end


def _slot_end(register: Register) -> int:
    assert register.slot is not None
    return register.slot + codec(register.type).size


def gaps(scope: tuple[Register, ...], frame: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """The parts of a frame that nothing in scope uses."""
    gaps, at = [], frame[0]
    for register in sorted(scope, key=lambda r: r.slot or 0):
        assert register.slot is not None
        if register.slot > at:
            gaps.append((at, register.slot))
        at = max(at, _slot_end(register))
    if at < frame[1]:
        gaps.append((at, frame[1]))
    return tuple(gaps)
