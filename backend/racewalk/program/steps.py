"""From instructions to steps: which are visible, what they are called, what lives across them.

A step begins at a visible instruction and ends in front of the next one; what lies between is local
work and part of the step before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from racewalk.program.code import Caller, End, Enter, GracePeriod, Instr, Register, Site
from racewalk.program.emit import ConstantLocal, Emitter
from racewalk.program.layout import Layout, codec
from racewalk.program.program import ActorCode, Step
from racewalk.program.reach import first_steps, outermost, reachable, registers_in, successors
from racewalk.program.shared import Sharing
from racewalk.program.words import blocking, footprint, plain, step_kind, step_words


def form_steps(actor: ActorCode, emitter: Emitter, layout: Layout, sharing: Sharing) -> None:
    """Fill the actor's step table and give its registers their slots, from `layout.size` on."""
    code = actor.instrs
    live = reachable(code)
    points = sorted(i for i in live if code[i].visible)
    actor.step_at = {at: index for index, at in enumerate(points)}
    for at in live:
        if isinstance(code[at], End):
            actor.step_at[at] = len(points)
    _measure_temporaries(emitter.registers, code)
    actor.frame = (layout.size, _give_slots(emitter.registers, points, layout.size))
    layout.size = actor.frame[1]
    names = _labels([code[at] for at in points])
    for index, at in enumerate(points):
        actor.steps.append(_step(index, at, names[index], actor, emitter, layout, sharing))
    heads = {at for rest in emitter.rests for at in first_steps(code, rest.index)}
    if actor.info.daemon:
        heads |= first_steps(code, 0)
    actor.rests = frozenset(actor.step_at[at] for at in heads if at in actor.step_at)


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
    scope = tuple(r for r in emitter.registers if r.slot is not None and _in_scope(r, at))
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
        in_scope=scope,
        constants=tuple(c for c in emitter.constants if c.first <= at < c.last),
        clear=_gaps(scope, actor.frame),
    )


def _block_words(text: str, parts: list[Instr], layout: Layout) -> str:
    """A call that is one step by its name; a block by the first few things that it does."""
    if "{" not in text:
        return f"do {text} at once"
    does = list(dict.fromkeys(step_words(p, plain(p.site.span.text), layout) for p in parts))
    return ", ".join(does[:3]) + (", and more" if len(does) > 3 else "")


def _extent(code: list[Instr], at: int) -> list[int]:
    """The instructions that a step may execute: up to the next visible ones."""
    found, todo = {at}, successors(code, at)
    while todo:
        index = todo.pop()
        if index in found or index >= len(code) or code[index].visible:
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
        return plain(region.text)
    return plain(_site(instr).span.text)


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
    places: dict[str, list[tuple[str, int]]] = {}
    for name, site in zip(plain_names, sites, strict=True):
        known = places.setdefault(name, [])
        place = (site.span.file.path, site.span.start)
        if place not in known:
            known.append(place)
    numbered = []
    for name, site in zip(plain_names, sites, strict=True):
        nth = sorted(places[name]).index((site.span.file.path, site.span.start))
        numbered.append(name if nth == 0 else f"{name} #{nth + 1}")
    routed = _with_callers(numbered, [site.stack for site in sites])
    seen: Counter[str] = Counter()
    count = Counter(routed)
    result = []
    for name in routed:
        seen[name] += 1
        result.append(name if count[name] == 1 or seen[name] == 1 else f"{name} @{seen[name]}")
    return result


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


def _in_scope(register: Register | ConstantLocal, at: int) -> bool:
    if isinstance(register, Register) and register.temporary:
        return register.first < at <= register.last
    return register.first <= at < register.last


def _give_slots(registers: list[Register], points: list[int], start: int) -> int:
    """Addresses for the registers that live at some step; scopes that do not overlap share theirs."""
    placed: list[Register] = []
    end = start
    for register in sorted(registers, key=lambda r: (r.first, -r.last)):
        if not any(_in_scope(register, at) for at in points):
            continue
        below = [p for p in placed if p.first < register.last and register.first <= p.last]
        slot = max((_slot_end(p) for p in below), default=start)
        register.slot = slot
        placed.append(register)
        end = max(end, _slot_end(register))
    return end


def _slot_end(register: Register) -> int:
    assert register.slot is not None
    return register.slot + codec(register.type).size


def _gaps(scope: tuple[Register, ...], frame: tuple[int, int]) -> tuple[tuple[int, int], ...]:
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
