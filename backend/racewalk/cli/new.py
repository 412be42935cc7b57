"""`racewalk new`: a scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from racewalk.cli.input import wrong
from racewalk.lang.diagnostics import did_you_mean
from racewalk.scenario.catalog import ID
from racewalk.scenario.template import FIRST, TEMPLATES, starting_text


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and -.")],
    like: Annotated[str, typer.Option(metavar="TEMPLATE", help=f"One of {', '.join(TEMPLATES)}.")] = FIRST,
) -> None:
    """Write NAME.c, a commented scenario that checks, into the current folder."""
    if like not in TEMPLATES:
        wrong(f"there is no template '{like}'", did_you_mean(like, TEMPLATES) or f"there are {', '.join(TEMPLATES)}")
    if not ID.fullmatch(name):
        stem = Path(name).name.removesuffix(".c")
        if name == f"{stem}.c" and ID.fullmatch(stem):
            wrong(f"'{name}' cannot be the name of a scenario", f"`racewalk new {stem}` writes {name}")
        wrong(f"'{name}' cannot be the name of a scenario", "small letters, digits and -, at most 64")
    file = Path(f"{name}.c")
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(starting_text(name, like))
    except FileExistsError:
        wrong(f"{file} exists already", "choose another name")
    except OSError as error:
        wrong(f"{file} cannot be written: {error.strerror}")
    print(f"{file} is written. Next: racewalk check {file}")
