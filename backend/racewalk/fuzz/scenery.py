"""What a generated program declares before anybody moves: types, globals, pools, constants, the order of locks."""

from __future__ import annotations

from dataclasses import dataclass, field

from racewalk.fuzz.dice import Dice
from racewalk.fuzz.locks import COMPLETION, FORMS, LOCKS, OPAQUE, QUEUE, SEMAPHORE
from racewalk.fuzz.spelling import (
    ENUM,
    HEAD,
    NUMBERS,
    WORD,
    array_of,
    declaration,
    is_array,
    is_number,
    is_pointer,
    pointer_to,
    target,
)
from racewalk.fuzz.tree import Expr, Node, Parts, block, expr, line

THEMES = (
    *(forms.name for forms in FORMS.values()),
    *("completion", "queue", "pool", "pool", "rcu", "irq", "word", "pointers", "arrays", "atomic", "fuse"),
    *("control", "control", "choose", "functions", "functions", "exchange"),
)
"""What a program is about; it takes a few of them, so that it stays small."""

ENUMERATORS = ("RED", "GREEN", "BLUE")
NODE, BOX = "struct node", "struct box"


@dataclass(frozen=True, slots=True)
class Function:
    """`acts`: it does more than read. `waits`: it may block or choose. `out`: its first parameter is one."""

    name: str
    params: tuple[str, ...]
    result: str | None
    acts: bool = True
    waits: bool = False
    out: bool = False


@dataclass(slots=True)
class Scenery:
    themes: frozenset[str]
    cpus: tuple[int, ...] = ()
    globals: dict[str, str] = field(default_factory=dict)  # name -> type
    structs: dict[str, dict[str, str]] = field(default_factory=dict)  # "struct node" -> field -> type
    word: dict[str, str] = field(default_factory=dict)  # fields of word_t; empty: there is none
    pools: dict[str, int] = field(default_factory=dict)  # struct -> objects
    functions: list[Function] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    limit: bool = False  # there is a constant LIMIT
    macro: bool = False  # there is an iterator macro
    lines: list[Node] = field(default_factory=list)


def declare(dice: Dice) -> Scenery:
    """The scenery of a program, with the lines that declare it."""
    themes = frozenset(dice.some(THEMES, dice.between(2, 5)))
    scenery = Scenery(themes, _numbers_of_cpus(dice))
    lines = scenery.lines
    if dice.chance(30):
        scenery.limit = True
        lines.append(line("#define LIMIT ", expr(dice.between(1, 3))))
    if "control" in themes and dice.chance(50):
        scenery.macro = True
        lines.append(line("#define each(i) for ((i) = 0; (i) < 2; (i)++)"))
    lines.append(line("enum color { RED, GREEN = 3, BLUE };"))
    _types(scenery, dice)
    _globals(scenery, dice)
    if BOX in scenery.structs and dice.chance(80):
        lines += _order(scenery, dice)
    return scenery


def _numbers_of_cpus(dice: Dice) -> tuple[int, ...]:
    count = dice.weighted([(55, 2), (32, 3), (13, 4)])
    return tuple(sorted(dice.some(range(6), count))) if dice.chance(15) else tuple(range(count))


# -- types -----------------------------------------------------------------------------------------


def _types(scenery: Scenery, dice: Dice) -> None:
    themes = scenery.themes
    if themes & {"pool", "rcu"} or ("pointers" in themes and dice.chance(50)):
        fields = {"data": dice.pick(NUMBERS)}
        if dice.chance(60):
            fields["next"] = pointer_to(NODE)
        if dice.chance(30):
            fields["lock"] = dice.pick(OPAQUE)
        if dice.chance(20):
            fields["cells"] = array_of(dice.pick(NUMBERS), 2)
        if "rcu" in themes:
            fields["rcu"] = HEAD
        scenery.structs[NODE] = fields
    locks = len(themes & {forms.name for forms in FORMS.values()})
    if locks > 1 or dice.chance(35 if locks or "pointers" in themes else 0):
        names = {"outer": dice.pick(OPAQUE), "inner": dice.pick(OPAQUE), "level": dice.pick(NUMBERS)}
        if NODE in scenery.structs and dice.chance(40):
            names["node"] = NODE
        scenery.structs[BOX] = names
    if "word" in themes:
        scenery.word = {"number": dice.pick(NUMBERS), "flag": "bool"}
        if dice.chance(40):
            scenery.word["color"] = ENUM
        if NODE in scenery.structs and dice.chance(60):
            scenery.word["node"] = pointer_to(NODE)
    for name, fields in scenery.structs.items():
        scenery.lines.append(block(f"{name} {{", [line(declaration(t, f), ";") for f, t in fields.items()], "};"))
    if scenery.word:
        fields = scenery.word
        body = [line(declaration(t, f), ";") for f, t in fields.items()]
        scenery.lines.append(block("typedef struct {", body, f"}} {WORD};"))


def _order(scenery: Scenery, dice: Dice) -> list[Node]:
    """lock_order of the locks that are fields."""
    names = [f"{s.split()[1]}.{f}" for s, fields in scenery.structs.items() for f, t in fields.items() if t in LOCKS]
    names = dice.some(names, 3)
    if dice.chance(30):
        names.reverse()
    return [block("lock_order {", [line(f"{name};") for name in names])] if names else []


# -- globals ---------------------------------------------------------------------------------------


def _globals(scenery: Scenery, dice: Dice) -> None:
    themes = scenery.themes
    if "pool" in themes or ("rcu" in themes and dice.chance(80)):
        scenery.pools[NODE] = dice.weighted([(2, 1), (4, 2), (3, 3)])
        scenery.lines.append(line(f"POOL({NODE}, ", expr(scenery.pools[NODE]), ', "N");'))
    _add(scenery, dice, "hub", dice.pick(NUMBERS[:-1]))
    for name in "xyz"[: dice.between(1, 3)]:
        _add(scenery, dice, name, dice.pick(NUMBERS))
    for t, forms in FORMS.items():
        if forms.name in themes:
            many = dice.chance(40)
            _add(scenery, dice, f"{forms.name}s" if many else forms.name, array_of(t, 2) if many else t)
            if not many and dice.chance(50):
                _add(scenery, dice, f"{forms.name}_b", t)
    for t, name in ((COMPLETION, "completion"), (QUEUE, "queue")):
        if name in themes:
            _add(scenery, dice, name, t)
    if "arrays" in themes:
        _add(scenery, dice, "table", array_of(dice.pick(NUMBERS), dice.between(2, 3)))
    if NODE in scenery.structs:
        if NODE not in scenery.pools or dice.chance(30):
            _add(scenery, dice, "G", array_of(NODE, 2) if "arrays" in themes and dice.chance(40) else NODE)
        _add(scenery, dice, "head", pointer_to(NODE))
        if "arrays" in themes:
            _add(scenery, dice, "slots", array_of(pointer_to(NODE), 2))
    if BOX in scenery.structs:
        _add(scenery, dice, "box", BOX)
    if scenery.word:
        _add(scenery, dice, "word", WORD)
        if dice.chance(25):
            _add(scenery, dice, "words", array_of(WORD, 2))
    if "pointers" in themes:
        known = [t for t in scenery.globals.values() if is_number(t) or t in OPAQUE or is_pointer(t) or t == WORD]
        for name in "pq"[: dice.between(1, 2)]:
            _add(scenery, dice, name, pointer_to(dice.pick(known)))
    if dice.chance(15):
        scenery.globals["rounds"] = "u8"
        scenery.lines.append(line("ghost u8 rounds;"))


def _add(scenery: Scenery, dice: Dice, name: str, t: str) -> None:
    initial = _initial(scenery, dice, t)
    begin = declaration(t, name)
    scenery.lines.append(line(begin, " = ", expr(*initial), ";") if initial else line(begin, ";"))
    scenery.globals[name] = t


def _initial(scenery: Scenery, dice: Dice, t: str) -> Parts:
    """An initialiser, or nothing."""
    if t == SEMAPHORE:
        return ("{ .count = ", expr(dice.between(1, 2)), " }") if dice.chance(80) else ()
    if t in OPAQUE or t == HEAD:
        return ()
    if is_number(t):
        return (constant(dice, t),) if dice.chance(50) else ()
    if is_pointer(t):
        goal = target(t)
        found = [f"&{name}" for name, known in scenery.globals.items() if known == goal]
        found += [f"&{name}[1]" for name, known in scenery.globals.items() if known == array_of(goal, 2)]
        return (dice.pick(found),) if found and dice.chance(85) else ()
    if not dice.chance(50):
        return ()
    if is_array(t):
        inner = _initial(scenery, dice, t[: t.rindex("[")])
        return ("{ [1] = ", expr(*inner), " }") if inner else ()
    fields = scenery.word if t == WORD else scenery.structs[t]
    name = dice.pick(list(fields))
    inner = _initial(scenery, dice, fields[name])
    return (f"{{ .{name} = ", expr(*inner), " }") if inner else ()


def constant(dice: Dice, t: str) -> Expr:
    """A constant that the type can hold."""
    match t:
        case "bool":
            return expr(dice.pick(("true", "false")))
        case "enum color":
            return expr(dice.pick(ENUMERATORS))
        case "s8" | "s16" | "int":
            return expr(dice.weighted([(60, dice.between(0, 3)), (25, -1), (8, 127), (7, -128)]))
        case "u16" | "unsigned long":
            return expr(dice.weighted([(80, dice.between(0, 3)), (10, 65535), (10, 256)]))
        case _:
            return expr(dice.weighted([(75, dice.between(0, 3)), (15, 255), (10, 254)]))
