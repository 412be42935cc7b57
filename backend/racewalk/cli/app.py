"""The command itself: its subcommands, and what is true of all of them."""

from __future__ import annotations

from typing import Annotated

import typer

from racewalk.cli.ablate import ablate_variant
from racewalk.cli.bench import bench
from racewalk.cli.check import check
from racewalk.cli.compare import compare
from racewalk.cli.export import export
from racewalk.cli.fuzz import fuzz
from racewalk.cli.list import list_scenarios
from racewalk.cli.map import show_map
from racewalk.cli.minimise import minimise_schedule
from racewalk.cli.new import new
from racewalk.cli.run import run
from racewalk.cli.serve import serve
from racewalk.cli.stats import stats
from racewalk.cli.steps import steps
from racewalk.cli.twin import twin
from racewalk.cli.window import window
from racewalk.scenario.version import version

app = typer.Typer(
    name="racewalk",
    help="Step through the interleavings of Linux kernel races, find the bad one, and prove the fix.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(
    "check",  # for its line in the help; `racewalk.cli.main` and this come to the same
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help="Search all schedules and compare what is found with what the file expects.",
)
def _check(arguments: Annotated[list[str] | None, typer.Argument(metavar="ID|FILE...")] = None) -> None:
    raise typer.Exit(check(arguments or []))


app.command()(run)
app.command()(stats)
app.command()(window)
app.command()(twin)
app.command("map")(show_map)
app.command("minimise")(minimise_schedule)
app.command("ablate")(ablate_variant)
app.command()(compare)
app.command()(steps)
app.command("list")(list_scenarios)
app.command()(export)
app.command()(new)
app.command()(fuzz)
app.command()(bench)
app.command()(serve)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"racewalk {version()}")
        raise typer.Exit


@app.callback()
def common(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What comes before the subcommand."""
