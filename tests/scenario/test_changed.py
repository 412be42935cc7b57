"""What is not any more as it was when a schedule was made, in words."""

from __future__ import annotations

from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.changed import changed_words
from racewalk.session.history import History
from racewalk.session.replay import drain, replay
from racewalk.session.schedule import label_check, parse_schedule

OLD = """\
u8 x;
u8 y;
CPU(0, "first") {
	x = 1;
	y = 2;
}
CPU(1, "second") {
	y = x;
	x = 3;
}
"""


def built(text: str) -> Built:
    return build("own", Bundle.of([("own.c", text)]), None, shipped().library)


def labelled(run: Built, moves: str) -> str:
    """The schedule of moves as a link holds it."""
    history = History(run.model)
    nodes, stop = drain(replay(history, parse_schedule(moves)))
    assert stop is None
    checked = ""
    for node in nodes:
        assert node.move is not None
        assert node.event is not None
        checked += f"{run.model.actors[node.move.actor].letter}{label_check(node.event.label)}"
    return f"2.{checked}"


def said(old: str, new: str, schedule: str) -> tuple[int, str]:
    text = labelled(built(old), schedule[2:]) if schedule.startswith("2.") else schedule
    run = parse_schedule(text)
    model = built(new).model
    _, stop = drain(replay(History(model), run))
    assert stop is not None
    assert stop.cause == "changed"
    return stop.at, changed_words(model, stop, run)


def test_a_step_in_whose_place_stands_a_new_one_is_named_with_it() -> None:
    new = OLD.replace("\ty = x;", "\tx = 4;\n\ty = x;")

    assert said(OLD, new, "2.1.a1b1") == (
        2,
        "step 2 of CPU 1 was `x` when the link was made; now it is `x = 4`",
    )


def test_a_step_that_is_gone_cannot_be_named_from_two_letters() -> None:
    new = OLD.replace("x = 1;", "x = 7;")

    assert said(OLD, new, "2.1.b1a1") == (
        2,
        "step 2 of CPU 0 was another one when the link was made; now it is `x = 7` in first()",
    )


def test_an_actor_that_ends_earlier_has_nothing_left_to_do() -> None:
    new = OLD.replace("\ty = 2;\n", "")

    assert said(OLD, new, "2.1.a2") == (
        2,
        "step 2 of CPU 0 was another one when the link was made; now CPU 0 has nothing left to do there",
    )


def test_a_check_after_a_run_tells_which_steps_it_is_about() -> None:
    model = built(OLD).model
    stands = label_check(model.program.actors[1].steps[1].label)
    new = OLD.replace("\ty = x;", "\tx = 4;\n\ty = x;")

    at, words = said(OLD, new, f"1.b1{stands}a1")

    assert at == 2
    assert words.startswith("after step 1 CPU 1 stood at ")
    assert words.endswith("; now it stands at `x`")


def test_of_a_run_with_one_check_it_tells_between_which_steps_the_change_lies() -> None:
    at, words = said(OLD, OLD.replace("\tx = 3;\n", ""), "1.b2AA")

    assert at == 3
    assert words == (
        "after step 2 CPU 1 stood at another step when the link was made; now it stands at its end. "
        "What changed lies in steps 1 to 2, or right behind them"
    )
