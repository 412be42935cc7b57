"""What `racewalk check` tells people: a table of the variants, and each verdict in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from racewalk.amount import count
from racewalk.cli.input import run_command
from racewalk.cli.width import fitted, in_terminal, terminal_width
from racewalk.explain.trace import trace
from racewalk.explain.verdict import answer as answer_words
from racewalk.explain.verdict import statement
from racewalk.explore.verdict import Found
from racewalk.lang.render import printable
from racewalk.scenario.judge import Judgement
from racewalk.scenario.question import Answer, Start
from racewalk.scenario.report import counted, run_of
from racewalk.session.summary import schedule_of

HEADINGS = ("variant", "verdict", "steps", "states", "seconds", "as expected")
NUMBERS = ("steps", "states", "seconds")


def show_judgements(target: str, judgements: Sequence[Judgement]) -> None:
    first = judgements[0].built
    for line in [f"{first.name}: {first.header.title}" if first.header.title else first.name, "", *_table(judgements)]:
        print(printable(line))
    for judgement in judgements:
        for line in _details(target, judgement):
            _print_wrapped(line)
    print(flush=True)


def show_answer(target: str, answer: Answer) -> None:
    for line in _answer(target, answer):
        _print_wrapped(line)
    print(flush=True)


def _print_wrapped(line: str) -> None:
    """In lines that fit a terminal, but for a command: that can be copied whole. A pipe takes lines as they are."""
    text = printable(line)
    if not in_terminal() or text.lstrip().startswith("racewalk "):
        print(text)
        return
    for part in fitted(text, " " * (len(text) - len(text.lstrip()) + 2)):
        print(part)


def _table(judgements: Sequence[Judgement]) -> Iterator[str]:
    """One line per variant, the columns aligned."""
    rows = [HEADINGS, *map(_row, judgements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = [
            f"{cell:>{width}}" if heading in NUMBERS else f"{cell:<{width}}"
            for cell, width, heading in zip(row, widths, HEADINGS, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _row(judgement: Judgement) -> tuple[str, ...]:
    result = judgement.result
    found = _found(judgement)
    return (
        judgement.built.called,
        f"{judgement.verdict}{'' if result.exhaustive else ' (bounded)'}",
        "" if found is None else str(len(found.schedule)),
        f"{result.states:,}",
        f"{result.elapsed_s:.2f}",
        "yes" if judgement.as_expected else "NO",
    )


def _found(judgement: Judgement) -> Found | None:
    """What the headline is about; where nothing is asked for, the first finding that has the verdict."""
    if judgement.headline:
        return judgement.result.get(judgement.headline)
    having = (one for one in judgement.result.found if not one.finding.warning and one.verdict == judgement.verdict)
    return next(having, None)


def _details(target: str, judgement: Judgement) -> Iterator[str]:
    built, result = judgement.built, judgement.result
    found = _found(judgement)
    kind = judgement.headline or (found.kind if found else "any finding")
    yield ""
    yield f"{built.called}: {built.variant.summary}".rstrip(": ")
    yield from _began(judgement.start)
    if judgement.already:
        yield f"Always: every run that begins so has {kind}. After it, {_searched(result.states)} searched."
    else:
        yield statement(result, kind, built.called, judgement.vacuous)
    if result.exhaustive and not result.transitions and not judgement.start.moves:
        yield "  Nobody makes a step: no actor takes a lock, or touches memory that another one touches, too."
    whole = " in all" if judgement.start.moves else ""
    for found in result.found:
        mark = "warning" if found.finding.warning else found.verdict
        moves = judgement.moves(found)
        yield f"  {found.kind} ({mark}, {count(len(moves), 'step')}{whole}): {found.finding.message}"
        yield f"    {run_command(target, built, schedule_of(built.model, moves))}"
    if judgement.cut is not None:
        yield f"  With the fuses cut: {count(judgement.cut.states, 'state')}."
    for complaint in judgement.complaints:
        yield f"  NOT AS EXPECTED: {complaint}"


def _answer(target: str, answer: Answer) -> Iterator[str]:
    built = answer.built
    yield built.title
    yield from _began(answer.start)
    if answer.moves is None:
        yield answer_words(answer.result, answer.goal, built.called)
        return
    history, end = run_of(built, answer.moves)
    yield answer_words(answer.result, answer.goal, built.called, *counted(end))
    yield ""
    yield from trace(built.model.actors, end.path(), terminal_width()).splitlines()
    yield ""
    yield run_command(target, built, history.schedule(end))


def _began(start: Start) -> Iterator[str]:
    if start.found:
        met = ", ".join(start.found)
        yield f"The given schedule already has {met}. What follows is only about what comes after its end."
    if start.moves:
        yield f"After {count(len(start.moves), 'step')} of the given schedule:"


def _searched(states: int) -> str:
    return f"{count(states, 'state')} {'was' if states == 1 else 'were'}"
