"""The command itself: its subcommands, and what is true of all of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from racewalk import __version__
from racewalk.cli.ablate import ablate_variant
from racewalk.cli.bench import bench
from racewalk.cli.check import check
from racewalk.cli.compare import compare
from racewalk.cli.export import export
from racewalk.cli.fuzz import fuzz
from racewalk.cli.input import WRONG_INPUT, wrong
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

EXITS = """
Exit status of every command: 0, all well; 1, something was found that should not be, or what was asked for does not
exist, or nobody reads on (`| head`); 2, the input is wrong, or the output cannot be written; 130, stopped by Ctrl-C.
"""


class _Commands(TyperGroup):
    """Complains of arguments as the commands complain of all else: what is wrong, then what to do."""

    def main(self, *given: Any, **named: Any) -> Any:
        try:
            status = super().main(*given, **{**named, "standalone_mode": False})
        except Exception as error:  # click's own complaints; typer keeps their class to itself
            if not hasattr(error, "format_message"):
                raise
            context = getattr(error, "ctx", None)
            said = error.format_message()
            if said.startswith("Usage:"):  # no command was given
                print(said)
                raise SystemExit(WRONG_INPUT) from None
            said = " ".join(said.split()).replace("Value error, ", "").replace("Input should", "it should").rstrip(".")
            wrong(
                f"{said[0].lower()}{said[1:]}", f"`{context.command_path if context else 'racewalk'} --help` tells more"
            )
        raise SystemExit(status or 0)


app = typer.Typer(
    name="racewalk",
    cls=_Commands,
    epilog=EXITS,
    rich_markup_mode=None,
    help="Step through the interleavings of Linux kernel races, find the bad one, and prove the fix.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(
    "check",  # for its line in the help; `racewalk.cli.main` and this come to the same
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    short_help="Search all schedules: is it as the file expects?",
    help="Search all schedules and compare what is found with what the file expects.",
)
def _check(arguments: Annotated[list[str] | None, typer.Argument(metavar="ID|FILE...")] = None) -> None:
    raise typer.Exit(check(arguments or []))


COMMANDS = (  # with their lines in the help
    (run, "run", "Replay a schedule, and tell who can go then."),
    (stats, "stats", "How many schedules have it, and how probable it is."),
    (window, "window", "Which preemption opens the race, and where to delay."),
    (twin, "twin", "The nearest run that turns out the other way."),
    (show_map, "map", "The progress of two actors against each other."),
    (minimise_schedule, "minimise", "A shorter schedule with the same finding."),
    (ablate_variant, "ablate", "Which lock, test or call is needed."),
    (compare, "compare", "Prove a scenario and an edited text of it."),
    (steps, "steps", "The atomic steps of every actor."),
    (list_scenarios, "list", "The shipped scenarios and their variants."),
    (export, "export", "A run as text, a picture, a page; a variant as Promela."),
    (new, "new", "Write a scenario to start from."),
    (fuzz, "fuzz", "Compare search and witnesses on random programs."),
    (bench, "bench", "Measure how fast the search is."),
    (serve, "serve", "Serve the page."),
)
for _command, _name, _line in COMMANDS:
    app.command(_name, short_help=_line)(_command)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"racewalk {__version__}")
        raise typer.Exit


@app.callback()
def common(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What comes before the subcommand."""
