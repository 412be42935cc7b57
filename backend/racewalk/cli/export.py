"""`racewalk export`: a variant in a form that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target, show_warnings, wrong
from racewalk.scenario.export import FORMATS, Format


def export(
    target: Target,
    to: Annotated[Format, typer.Option("--to", help="The form: promela is the language of SPIN.")],
    variant: VariantOption = None,
    cut_fuses: Annotated[bool, typer.Option("--cut-fuses", help="Take every fuse apart first.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there, not to the standard output.")
    ] = None,
) -> None:
    """Write one variant in a form that other tools read: with --to promela, for SPIN, with the same atomic steps."""
    from racewalk.explain.promela import NotExpressible  # seldom needed, and slow to import

    name, bundle = read_target(target)
    built = build_target(name, bundle, variant, cut_fuses)
    show_warnings([built])
    try:
        text = FORMATS[to](built, cut_fuses)
    except NotExpressible as error:
        wrong(f"this variant cannot be exported to {to}: {error}")
    if output is None:
        print(text, end="")
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        wrong(f"'{output}' cannot be written: {error.strerror}")
