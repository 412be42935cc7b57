"""The functions of a generated program: ones that only read, ones that act, out-parameters, hooks, RCU callbacks."""

from __future__ import annotations

from racewalk.fuzz.dice import Dice
from racewalk.fuzz.scenery import NODE, Function, Scenery
from racewalk.fuzz.spelling import HEAD, NUMBERS, WORD, declaration, pointer_to
from racewalk.fuzz.statements import Statements
from racewalk.fuzz.tree import Node, block, line


def declare_functions(scenery: Scenery, dice: Dice) -> list[Node]:
    """Declares them in the scenery; what calls what is in the order of the list, so nothing is recursive."""
    nodes: list[Node] = []
    if NODE in scenery.pools and "rcu" in scenery.structs[NODE]:
        nodes.append(_callback(scenery, dice))
    if "functions" not in scenery.themes:
        return nodes
    kinds = dice.some(("reader", "out", "action", "hook"), dice.between(1, 3))
    for kind in kinds:
        match kind:
            case "reader":
                nodes.append(_reader(scenery, dice))
            case "out":
                nodes.append(_out(scenery, dice))
            case "action":
                nodes.append(_action(scenery, dice))
            case _:
                nodes += _hook(scenery, dice)
    return nodes


def _callback(scenery: Scenery, dice: Dice) -> Node:
    """An RCU callback that frees the object."""
    scenery.callbacks.append("node_free")
    body: list[Node] = [line(f"kfree(container_of(head, {NODE}, rcu));")]
    if dice.chance(20):
        body.insert(0, line("hub++;"))
    return block(f"void node_free({HEAD} *head) {{", body)


def _reader(scenery: Scenery, dice: Dice) -> Node:
    """Looks at something and at its parameter: checks may call it."""
    make = Statements(dice, scenery)
    t = dice.pick(NUMBERS)
    make.locals, make.looks, make.as_cpu = {"a": t}, True, False
    result = dice.pick(NUMBERS)
    body: list[Node] = []
    if dice.chance(40):
        body.append(block(("if (", make.truth(0), ") {"), [line("return ", make.number(0), ";")]))
    body.append(line("return ", make.number(1), ";"))
    begin = dice.pick(("", "static inline ", "static "))
    scenery.functions.append(Function("look", (t,), result, acts=False))
    return block(f"{begin}{declaration(result, 'look')}({declaration(t, 'a')}) {{", body)


def _out(scenery: Scenery, dice: Dice) -> Node:
    """Its first parameter stands for a local of the caller."""
    make = Statements(dice, scenery)
    t = dice.pick([*NUMBERS, *([WORD] if scenery.word else []), *([pointer_to(NODE)] * 3 if scenery.structs else [])])
    if t == pointer_to(NODE) and NODE not in scenery.structs:
        t = "u8"
    make.outs, make.as_cpu, make.depth = {"out": t}, False, 1
    make.budget = 2
    body = [line("*out = ", make.value(t), ";"), *make.body(1), line("return ", make.number(0), ";")]
    scenery.functions.append(Function("fetch", (pointer_to(t),), "bool", waits=True, out=True))
    return block(f"bool fetch({declaration(pointer_to(t), 'out')}) {{", body)


def _action(scenery: Scenery, dice: Dice) -> Node:
    """Does something, perhaps as one step."""
    make = Statements(dice, scenery)
    t = pointer_to(NODE) if NODE in scenery.structs and dice.chance(60) else dice.pick(NUMBERS)
    make.locals, make.as_cpu, make.depth = {"a": t}, False, 2
    begin = dice.weighted([(60, ""), (15, "atomic "), (25, "fuse ")])
    make.whole, make.in_atomic = bool(begin), begin == "atomic "
    result = dice.pick(NUMBERS) if dice.chance(40) else None
    value = ("return ", make.number(0), ";") if result is not None else ("return;",)
    body: list[Node] = [block(("if (", make.truth(0), ") {"), [line(*value)])] if dice.chance(35) else []
    body += make.body(2)
    if result is not None:
        body.append(line("return ", make.number(0), ";"))
    scenery.functions.append(Function("act", (t,), result, waits=begin == ""))
    head = declaration(result, "act") if result is not None else "void act"
    return block(f"{begin}{head}({declaration(t, 'a')}) {{", body)


def _hook(scenery: Scenery, dice: Dice) -> list[Node]:
    """A weak default, and mostly what replaces it."""
    make = Statements(dice, scenery)
    make.as_cpu, make.depth = False, 1
    nodes: list[Node] = [block("__weak void hook(u8 a) {", [])]
    if dice.chance(70):
        make.locals = {"a": "u8"}
        nodes.append(block("void hook(u8 a) {", make.body(1)))
    scenery.functions.append(Function("hook", ("u8",), None, waits=True))
    return nodes
