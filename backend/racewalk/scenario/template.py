"""What a scenario of one's own begins with: small, commented, and as it says of itself.

`racewalk new` writes one, and the page offers them. A further one is a file in `templates/`, in which @NAME@ stands
for the name, and a line in TEMPLATES.
"""

from __future__ import annotations

from pathlib import Path

FIRST = "lost-update"
TEMPLATES = {
    FIRST: "Lost update: two CPUs add to one counter",
    "lock-order": "Lock order: two CPUs, two locks, a deadlock",
    "check-then-act": "Check, then act: is what was tested still true?",
    "use-after-free": "Use after free: a reader, a writer and RCU",
}
"""Name -> what it shows, in the order in which they are offered."""

_FOLDER = Path(__file__).resolve().parent / "templates"


def starting_text(name: str, template: str = FIRST) -> str:
    """The text of a template of TEMPLATES, with its name."""
    return (_FOLDER / f"{template}.c").read_text(encoding="utf-8").replace("@NAME@", name)
