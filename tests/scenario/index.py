"""The index in scenarios/README.md: every question with its verdicts, as they are pinned.

python -m tests.scenario.index        writes it
"""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.cli.check_all import COLUMNS
from racewalk.lang.header import Header
from racewalk.scenario.catalog import scenario_folder, shipped
from racewalk.scenario.groups import grouped

from tests.scenario.proven import Numbers, read_proven

README = scenario_folder() / "README.md"
BEGIN = "<!-- The index is made by: python -m tests.scenario.index -->\n"
END = "<!-- Here the index ends. -->\n"


def index() -> str:
    """A table for each group; the usual kernels have a column each, where any of the group has them."""
    proven = read_proven()
    return "\n".join(line for group, scenarios in grouped(shipped()) for line in _table(group, scenarios, proven))


def _table(group: str, scenarios: list[tuple[str, Header]], proven: dict[tuple[str, str], Numbers]) -> Iterator[str]:
    columns = [name for name in COLUMNS if any(name in header.variants for _, header in scenarios)]
    rows = [["scenario", "question", *columns, "variants" if not columns else "other variants"]]
    rows.append(["---"] * len(rows[0]))
    for name, header in scenarios:
        signs = {variant: _sign(proven.get((name, variant))) for variant in header.variants}
        others = ", ".join(f"{variant} {sign}" for variant, sign in signs.items() if variant not in columns)
        rows.append([f"[{name}]({name}.c)", header.title, *(signs.get(column, "") for column in columns), others])
    yield f"### {group}\n"
    yield from (f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)
    yield ""


def _sign(numbers: Numbers | None) -> str:
    return "?" if numbers is None else numbers.verdict[0].upper()


def parts(text: str) -> tuple[str, str, str]:
    """What stands before the index, the index, and what stands behind it."""
    before, _, rest = text.partition(BEGIN)
    inside, _, after = rest.partition(END)
    return before + BEGIN, inside, END + after


if __name__ == "__main__":
    before, _, after = parts(README.read_text())
    README.write_text(f"{before}\n{index()}\n{after}")
