"""Arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Target = Annotated[
    str, typer.Argument(metavar="ID|FILE", help="A shipped scenario (see `racewalk list`), a file, or - for stdin.")
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="TEXT",
        help="Leave out what `racewalk ablate` names so, with the fuses cut; repeatable.",
    ),
]
VariantOption = Annotated[
    str | None,
    typer.Option(
        "--variant",
        "-V",
        metavar="NAME",
        help="The variant, that is, the version of the code; without it, the first that is expected to go wrong.",
    ),
]
