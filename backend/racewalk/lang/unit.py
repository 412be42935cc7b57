"""One variant of a scenario with everything that its includes bring: what the type checker reads."""

from __future__ import annotations

from collections.abc import Mapping

from racewalk.lang import toplevel
from racewalk.lang.header import Header, VariantHeader
from racewalk.lang.source import SourceFile
from racewalk.record import value_record


@value_record
class Unit:
    """Declarations in the order of the text, an included file standing where it is included first.

    Names are unique over functions, globals, words, enum constants, defines and macros, and, apart from
    those, over structs and enums; a second declaration was reported and left out.
    """

    main: SourceFile
    header: Header
    variant: VariantHeader
    files: tuple[SourceFile, ...]
    """Texts as they run, edits done; the scenario first, then in the order of the includes."""

    functions: Mapping[str, toplevel.Function]
    structs: Mapping[str, toplevel.Struct]
    """Object types, by the name behind `struct`."""
    words: Mapping[str, toplevel.Struct]
    enums: tuple[toplevel.Enum, ...]
    """Also those without a name."""
    enumerators: Mapping[str, tuple[toplevel.Enum, toplevel.EnumMember]]
    """Enum constants by name."""
    defines: Mapping[str, toplevel.Define]
    """Each name once, as the variant, the scenario, a `use` file or the library gives it, in this order."""
    macros: Mapping[str, toplevel.Macro]
    globals: tuple[toplevel.Global, ...]
    pools: tuple[toplevel.Pool, ...]
    setups: tuple[toplevel.Setup, ...]
    actors: tuple[toplevel.Actor, ...]
    properties: tuple[toplevel.Property, ...]
    finals: tuple[toplevel.Finally, ...]
    lock_orders: tuple[toplevel.LockOrder, ...]

    captions: Mapping[str, Mapping[int, str]]
    """Path -> line -> trailing comment."""
    heads: Mapping[str, str]
    """Path -> comment at the head of the file."""
    leaves_out: Mapping[str, str]
    """Path -> what the file says it leaves out of Linux, for files that say it."""
