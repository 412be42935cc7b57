"""A random program of the dialect from a seed: well-typed text with a small number of states.

The same seed gives the same text, always. What a program is about varies (locks, pools, RCU, ...), so that
each is small and all together have everything that the dialect has. They are meant to be wrong: races, stale pointers,
locks taken twice, loops that never end.
"""

from __future__ import annotations

from racewalk.fuzz.dice import Dice
from racewalk.fuzz.functions import declare_functions
from racewalk.fuzz.locks import FORMS, LOCKS
from racewalk.fuzz.scenery import NODE, Scenery, constant, declare
from racewalk.fuzz.spelling import is_number, pointer_to
from racewalk.fuzz.statements import Statements
from racewalk.fuzz.tree import Node, Program, block, expr, line

BUDGETS = {2: 9, 3: 5, 4: 3}
"""Number of CPUs -> steps of one, about."""


def generate(seed: int) -> Program:
    """The program of a seed."""
    dice = Dice(seed)
    scenery = declare(dice)
    nodes = list(scenery.lines)
    nodes += declare_functions(scenery, dice)
    nodes += _setup(scenery, dice)
    hub = dice.chance(45)
    for index, number in enumerate(scenery.cpus):
        nodes.append(_cpu(scenery, dice, index, number, hub))
    nodes += _daemons(scenery, dice)
    nodes += _properties(scenery, dice)
    return tuple(nodes)


# -- before the race -------------------------------------------------------------------------------


def _setup(scenery: Scenery, dice: Dice) -> list[Node]:
    """Nothing here may go wrong, so it is of few forms."""
    body: list[Node] = []
    if NODE in scenery.pools and dice.chance(85):
        name, t = dice.pick([(f, t) for f, t in scenery.structs[NODE].items() if is_number(t)])
        body.append(line(f"head = kmalloc({NODE}, .{name} = ", constant(dice, t), ");"))
    if dice.chance(20):
        body.append(line("hub = ", constant(dice, scenery.globals["hub"]), ";"))
    return [block("setup {", body)] if body else []


# -- actors ----------------------------------------------------------------------------------------


def _cpu(scenery: Scenery, dice: Dice, index: int, number: int, hub: bool) -> Node:
    make = Statements(dice, scenery)
    make.hub_is_shared = hub
    body: list[Node] = []
    if index == 0 and dice.chance(8) and (held := _held_from_the_start(scenery)) is not None:
        body.append(block("setup {", [line(f"{held[0]}&{held[1]});")]))
    body += _first(make, dice, index, hub)
    body += make.body(dice.between(2, BUDGETS[len(scenery.cpus)]))
    return block(f'CPU({number}, "cpu {number}") {{', body)


def _held_from_the_start(scenery: Scenery) -> tuple[str, str] | None:
    """How to take a lock that is a global of its own."""
    found = [(FORMS[t].pairs[0][0], name) for name, t in scenery.globals.items() if t in LOCKS]
    return found[0] if found else None


def _first(make: Statements, dice: Dice, index: int, hub: bool) -> list[Node]:
    """A first step: what an actor does before it belongs to the start state, where nothing may go wrong.

    With `hub` all begin with an access to the same number, which is a step because the first of them writes it.
    """
    if hub:
        forms = ["hub++;", "hub = 1;", "hub--;"] if index == 0 else ["hub++;", "hub = 0;", "hub |= 2;", "u8 v0 = hub;"]
        text = dice.pick(forms)
        if text.startswith("u8 v0"):
            make.locals["v0"] = "u8"
        return [line(text)]
    themes, forms = make.scenery.themes, ["choose(2);", "wait_until(true);"]
    locks = make.lock_there()
    if "rcu" in themes:
        return (
            [line("rcu_read_lock();"), *make.some(), line("rcu_read_unlock();")]
            if dice.chance(60)
            else [line("synchronize_rcu();")]
        )
    if "irq" in themes and dice.chance(60):
        return [line("local_irq_disable();"), *make.some(), line("local_irq_enable();")]
    if locks is not None and not any(c in str(locks[1]) for c in "*>["):
        take, release = dice.pick(FORMS[locks[0]].pairs)
        make.budget = 2
        return [line(take, locks[1], ");"), *make.some(), line(release, locks[1], ");")]
    if NODE in make.scenery.pools and dice.chance(70):
        make.locals["m0"] = pointer_to(NODE)
        return [line(f"{NODE} *m0 = kmalloc({NODE});")]
    if dice.chance(60):
        make.locals["v0"] = "u8"
        return [line("u8 v0 = choose(", expr(dice.pick((2, 2, 3))), ");")]
    return [line(dice.pick(forms))]


def _daemons(scenery: Scenery, dice: Dice) -> list[Node]:
    nodes: list[Node] = []
    if dice.chance(22):
        make = _daemon(scenery, dice)
        wait = line("wait_until(", make.awaited(), ");")
        body: list[Node] = [wait, *make.body(dice.between(1, 2))]
        if dice.chance(70):
            body = [block("for (;;) {", body)]
        nodes.append(block('DEVICE("device") {', body))
    if dice.chance(30 if "irq" in scenery.themes else 10):
        make = _daemon(scenery, dice)
        make.as_cpu = True
        body = [line("wait_until(", make.awaited(), ");"), *make.body(dice.between(1, 2))]
        if dice.chance(40):
            body = [block("for (;;) {", body)]
        nodes.append(block(f'SOFTIRQ({dice.pick(scenery.cpus)}, "softirq") {{', body))
    if dice.chance(25):
        make = _daemon(scenery, dice)
        first = _first(make, dice, 1, False)
        nodes.append(block('EVENT("event") {', [*first, *make.body(dice.between(0, 2))]))
    return nodes


def _daemon(scenery: Scenery, dice: Dice) -> Statements:
    make = Statements(dice, scenery)
    make.as_cpu, make.daemon, make.depth, make.budget = False, True, 2, 1
    return make


# -- what is claimed -------------------------------------------------------------------------------


def _properties(scenery: Scenery, dice: Dice) -> list[Node]:
    make = Statements(dice, scenery)
    make.looks, make.as_cpu = True, False
    nodes: list[Node] = []
    for name in ("always", "never", "sometimes", "finally"):
        if dice.chance(22):
            kind = dice.pick(("", f"{name}-so: "))
            nodes.append(line(f'{name}("{kind}{name} it is so", ', make.truth(1), ");"))
    if dice.chance(35):
        nodes.append(_final(scenery, dice))
    return nodes


def _final(scenery: Scenery, dice: Dice) -> Node:
    make = Statements(dice, scenery)
    make.whole, make.as_cpu = True, False
    body = make.body(dice.between(1, 3))
    if NODE in scenery.structs and dice.chance(40):
        count = block(f"for_each_object (o, {NODE}) {{", [line("left++;")])
        body += [line("u8 left = 0;"), count, line('assert(left < 2, "leak: %d are left", left);')]
    return block("finally {", body)
