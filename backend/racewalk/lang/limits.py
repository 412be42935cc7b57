"""How much text, program and state a scenario may have; the diagnostic that a limit causes names it.

The limits keep whatever text anybody sends within two seconds and 256 MiB. They are generous for a
scenario that a person can still read.
"""

from __future__ import annotations

# -- text ------------------------------------------------------------------------------------

SOURCE_BYTES = 64 * 1024
"""UTF-8 bytes of all files of a bundle together; files that the library supplies do not count."""

FILES = 64
"""Files of a bundle, and files that one unit is made of."""

INCLUDE_DEPTH = 16
"""How many files may be open inside each other by #include."""

PATH_CHARS = 120
"""Characters of a file's path."""

TOKENS = 40_000
"""Tokens of one file."""

NESTING = 48
"""Blocks inside blocks, and, counted apart, the height of one expression's tree (`a + b + c` is two high).

It bounds the stack of everything that walks a tree. The parser also stops at twice as many
parentheses, blocks and single statements inside each other.
"""

TEXT_CHARS = 400
"""Characters of one string."""

NAME_CHARS = 63
"""Characters of one name, as in C."""

CAPTION_CHARS = 60
"""A longer comment at a line's end is a remark and no caption."""

DIAGNOSTICS = 50
"""Diagnostics that are collected before the rest is left out."""

# -- front matter ----------------------------------------------------------------------------

HEADER_CHARS = 16 * 1024
"""Characters of the front matter."""

HEADER_NESTING = 8
"""Lists and maps inside each other in the front matter."""

HEADER_VALUES = 4_000
"""Keys and values of the front matter, all told."""

VARIANTS = 64
"""Variants of one scenario."""

EDITS = 32
"""Edits of one variant, those that it inherits included."""

EDIT_TOKENS = 400
"""Tokens that one edit looks for, or puts in their place."""

# -- program and state -----------------------------------------------------------------------

STATE_BYTES = 1_024
"""Bytes of one state."""

ACTORS = 16
"""CPUs, devices and events together."""

STEPS = 4_000
"""Steps of all actors together, after inlining."""

INLINE_DEPTH = 32
"""Calls inside each other: every call is inlined, so this is the depth of the call path."""

POOL_OBJECTS = 64
"""Objects of one POOL."""

ARRAY_LENGTH = 256
"""Elements of one array."""

EXPANSION = 50_000
"""Parts of expressions that all uses of iterator macros together expand to."""

LOWERING_VISITS = 120_000
"""Statements and expressions that are lowered, each as often as its function is inlined."""

LOWERING_DEPTH = 300
"""Statements and expressions inside each other, through all inlined calls; it bounds Python's own stack."""

INSTRUCTIONS = 40_000
"""Instructions of everything together; a text that inlines to more is refused before it takes time."""

PROPERTIES = 64
"""Properties and `finally` blocks."""

STEP_WORK = 10_000
"""Instructions inside one step, large ones counted more than once; a loop that never leaves its step ends there."""

SETUP_WORK = 100_000
"""The same of everything that runs before the race, together."""
