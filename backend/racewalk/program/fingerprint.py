"""A short digest of what a program means: equal ones behave equally.

Layout, lowered steps and their labels, properties and the lock order enter; comments, white space, lines
and the words of messages do not.
"""

from __future__ import annotations

import hashlib

from racewalk.lang.types import EnumType, StructType, Type, WordType
from racewalk.program.dump import dump
from racewalk.program.program import Program


def fingerprint(program: Program) -> str:
    digest = hashlib.sha256()

    def add(*parts: object) -> None:
        digest.update(("\n".join(str(part) for part in parts) + "\n").encode())

    for thing in program.layout.objects:
        add(thing.id, thing.address, thing.pool, thing.type)
    for tables in (program.checked.enums, program.checked.words, program.checked.structs):
        for name, t in tables.items():
            add(name, _members(t))
    for code in program.setups:
        add("setup", dump(code.instrs))
    for actor in program.actors:
        add(actor.info.letter, actor.info.kind, actor.number, actor.info.name)
        add(dump(actor.setup.instrs) if actor.setup is not None else "", dump(actor.instrs))
        add(*(f"{step.at} {step.label}" for step in actor.steps))
    for probe in program.probes:
        add(probe.kind, probe.finding, dump(probe.code.instrs, probe.value))
    for code in program.finals:
        add("finally", dump(code.instrs))
    add(*(f"{name} below {' '.join(sorted(above))}" for name, above in sorted(program.outer_locks.items())))
    if program.lenient:
        add("lenient")
    if program.reductions:
        add(*program.reductions)
    return digest.hexdigest()[:12]


def _members(t: Type) -> str:
    match t:
        case EnumType(members=members):
            return ", ".join(f"{name}={value}" for name, value in members.items())
        case WordType(fields=fields) | StructType(fields=fields):
            return ", ".join(f"{name}:{field}" for name, field in fields.items())
    return ""
