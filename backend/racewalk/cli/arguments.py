"""Arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Target = Annotated[
    str, typer.Argument(metavar="ID|FILE", help="A shipped scenario (see `racewalk list`), a file, or - for stdin.")
]
VariantOption = Annotated[
    str | None,
    typer.Option(
        "--variant",
        "-V",
        metavar="NAME",
        help="The variant; where none is given, the first that is expected to go wrong.",
    ),
]
