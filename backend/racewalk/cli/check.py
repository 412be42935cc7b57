"""`racewalk check`: all schedules of a scenario's variants, or one to something, and what the answer is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.cli.check_options import CheckOptions, read_options
from racewalk.cli.input import build_target, library, read_target, show_warnings, wrong
from racewalk.cli.interrupt import interrupted
from racewalk.cli.progress import Progressing, told
from racewalk.cli.verdicts import show_answer, show_judgements
from racewalk.explain.verdict import memory
from racewalk.explore.bounds import Cancelled, Report, SearchCancelled
from racewalk.explore.query import Goal
from racewalk.lang.render import printable
from racewalk.scenario.build import header_of
from racewalk.scenario.built import Built
from racewalk.scenario.judge import Judgement, judge
from racewalk.scenario.kinds import ASKED_FOR
from racewalk.scenario.question import (
    INITIAL,
    Start,
    WrongQuestion,
    ask,
    goal_named,
    goal_of_question,
    start_after,
)
from racewalk.scenario.report import Json, answer_report, report

NOT_AS_EXPECTED = 1
CANCELLED = 130


def check(arguments: Sequence[str]) -> int:
    """Do what the arguments ask; the exit status."""
    options = read_options(arguments)
    try:
        if options.all:
            from racewalk.cli.check_all import check_all  # seldom needed

            return check_all(options)
        fine = _check(options)
    except (SearchCancelled, KeyboardInterrupt):
        return CANCELLED
    if not options.as_json:
        print(memory(ScenarioModel.memory_model))
    return 0 if fine else NOT_AS_EXPECTED


def _check(options: CheckOptions) -> bool:
    scenarios = [(target, list(_variants(target, options.variants))) for target in options.targets]
    show_warnings(one for _, built in scenarios for one in built)
    command = _judged if options.mode == "prove" else _asked
    fine = [command(target, built, options) for target, built in scenarios]
    return all(fine)


def _variants(target: str, wanted: Sequence[str]) -> Iterator[Built]:
    """The named variants of a scenario, or all."""
    name, bundle = read_target(target)
    for variant in wanted or header_of(bundle).variants:
        yield build_target(name, bundle, variant)


def _judged(target: str, variants: Sequence[Built], options: CheckOptions) -> bool:
    """All schedules of some variants, judged; True where nothing is to complain."""
    judgements: list[Judgement] = []
    starts = [_start(built, options) for built in variants]
    cut_with = library() if options.cut_fuses else None
    try:
        for built, start in zip(variants, starts, strict=True):
            with _watched(built) as (progress, cancelled):
                judgement = judge(
                    built,
                    options.bounds,
                    progress,
                    cancelled,
                    cut_with,
                    start,
                    options.exact,
                    options.reductions,
                    options.warn,
                )
            judgements.append(judgement)
            if options.audit:
                _audit(built, options)
            if options.as_json:
                _print_json(report(judgement))
    finally:
        if judgements and not options.as_json:
            show_judgements(target, judgements)
    return all(judgement.as_expected for judgement in judgements)


def _asked(target: str, variants: Sequence[Built], options: CheckOptions) -> bool:
    """One schedule of each variant; True where there is one."""
    questions = [(built, _goal(built, options), _start(built, options)) for built in variants]
    reached = True
    for built, goal, start in questions:
        with _watched(built) as (progress, cancelled):
            answer = ask(built, goal, options.mode, start, options.bounds, options.exact, progress, cancelled)
        reached = reached and answer.moves is not None
        if options.as_json:
            _print_json(answer_report(answer))
        else:
            show_answer(target, answer)
    return reached


def _audit(built: Built, options: CheckOptions) -> None:
    """Do every transition by the interpreter as well. Raises BrokenPromise: then the fault is ours."""
    from racewalk.explore.audit import audit  # seldom needed

    number = audit(built.model, options.bounds)
    all_ = "its only transition is that" if number == 1 else f"all {number:,} transitions are those"
    said = f"audit of {built.title}: {all_} of the interpreter"
    print(printable(said), file=sys.stderr)


def _start(built: Built, options: CheckOptions) -> Start:
    try:
        return INITIAL if options.start is None else start_after(built.model, options.start)
    except WrongQuestion as question:
        wrong(f"--from of {built.title}: {question}", question.hint)


def _goal(built: Built, options: CheckOptions) -> Goal:
    try:
        goal = goal_of_question(built) if options.reach is None else goal_named(built, options.reach)
    except WrongQuestion as question:
        wrong(str(question), question.hint)
    if options.mode == "switches" and goal.kind == "finding" and goal.text in ASKED_FOR:
        wrong(f"--mode switches: of a {goal.text} only the schedule with the fewest steps is known", "--mode shortest")
    return goal


@contextmanager
def _watched(built: Built) -> Iterator[tuple[Report, Cancelled]]:
    """A search with a progress bar that Ctrl-C ends, with what is known by then."""
    what = built.title
    progress = Progressing(what)
    try:
        with interrupted() as pressed, progress:
            yield progress, pressed
    except SearchCancelled:
        known = "its first states" if progress.last is None else told(progress.last)
        print(printable(f"{what}: cancelled after {known}"), file=sys.stderr)
        raise


def _print_json(told: Json) -> None:
    import json  # seldom needed

    print(json.dumps(told), flush=True)
