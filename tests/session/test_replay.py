"""Following a schedule, and where it stops."""

from racewalk.model import Move
from racewalk.session.history import History
from racewalk.session.replay import Stop, drain, record, replay
from racewalk.session.schedule import label_check, parse_schedule

from tests.explore.toys import Op, Toy, actors, chosen_by_device, locked_update, lost_update, philosophers


def stop_of(history: History, text: str) -> Stop:
    _, stop = drain(replay(history, parse_schedule(text)))
    assert stop is not None
    return stop


def test_a_schedule_is_followed_to_its_end() -> None:
    history = History(lost_update())

    nodes, stop = drain(replay(history, parse_schedule("1.a1b2a1")))

    assert stop is None
    assert [node.move for node in nodes] == [Move(0), Move(1), Move(1), Move(0)]
    assert history.cursor.number == 4


def test_a_blocked_step_stops_the_replay_and_the_run_up_to_there_is_kept() -> None:
    history = History(locked_update())

    stop = stop_of(history, "1.a1b1a3")

    assert stop.at == 2
    assert stop.cause == "impossible"
    assert stop.message == "CPU 1 waits for lock, held by CPU 0"
    assert stop.actor == 1
    assert history.cursor.number == 1


def test_a_finished_actor_an_unknown_actor_and_a_missing_choice_are_told_apart() -> None:
    assert stop_of(History(lost_update()), "1.a3").message == "CPU 0 has finished"
    assert stop_of(History(lost_update()), "1.q1").message == "this model has no actor 'q'"
    assert stop_of(History(lost_update()), "1.a-1").message == "the next step of CPU 0 offers no choice 1"
    assert stop_of(History(chosen_by_device()), "1.b1").message == "the next step of device needs a choice, 0 to 2"
    assert stop_of(History(chosen_by_device()), "1.b-3").message == "the next step of device offers no choice 3"


def test_a_step_after_the_end_of_a_run_is_impossible() -> None:
    stop = stop_of(History(philosophers(2)), "1.a1b1a1")

    assert stop.at == 3
    assert "the run ended here" in stop.message


def test_a_failed_label_check_says_that_the_model_changed() -> None:
    history = History(lost_update())
    wrong = label_check("a step of another text")

    stop = stop_of(history, f"1.a1{wrong}b2")

    assert stop.cause == "changed"
    assert stop.at == 2
    assert stop.message == (
        f"the check {wrong} does not fit the step that CPU 0 has reached after step 1; a typo, or the model has changed"
    )
    assert history.cursor.number == 1


def test_a_failed_check_of_a_finished_actor_says_so() -> None:
    stop = stop_of(History(lost_update()), "1.a1ZZ")

    assert "the check ZZ says that CPU 0 has nothing left to do after step 1, and it has" in stop.message


def test_a_replay_takes_up_an_existing_branch() -> None:
    history = History(lost_update())
    drain(replay(history, parse_schedule("1.a2b1")))
    count = len(history.nodes)
    drain(replay(history, parse_schedule("1.a2")))

    assert len(history.nodes) == count
    assert history.cursor.number == 2


def test_the_run_of_one_variant_is_followed_in_another_by_its_moves_whatever_the_steps_are() -> None:
    first = History(lost_update())
    drain(replay(first, parse_schedule("1.a1b2a1")))
    programs = [list(program) for program in lost_update().programs]
    programs[0].insert(1, Op("check again by 0"))
    other = History(Toy(actors("cpu", "cpu"), programs, lost_update().variables))

    _, stop = drain(replay(other, record(first, first.cursor)))

    assert stop is None
    assert [node.move for node in other.cursor.path()] == [node.move for node in first.cursor.path()]


def test_choices_belong_to_the_run_that_is_followed() -> None:
    first = History(chosen_by_device())
    drain(replay(first, parse_schedule("1.b-1a1")))
    other = History(chosen_by_device())

    _, stop = drain(replay(other, record(first, first.cursor)))

    assert stop is None
    assert other.cursor.state == first.cursor.state


def test_a_run_is_followed_only_while_its_actors_exist_and_can_go() -> None:
    first = History(lost_update())
    drain(replay(first, parse_schedule("1.a1b1")))
    alone = Toy(actors("cpu"), [lost_update().programs[0]], lost_update().variables)
    other = History(alone)

    _, stop = drain(replay(other, record(first, first.cursor)))

    assert stop is not None
    assert stop.cause == "impossible"
    assert stop.message == "this model has no actor 'b'"


def test_a_check_of_a_step_itself_stops_the_replay_before_that_step() -> None:
    model = lost_update()
    history = History(model)
    own, wrong = label_check(model.label(model.initial(), 0)), label_check("a step of another text")

    stop = stop_of(history, f"2.a{own}b{wrong}a1")

    assert (stop.cause, stop.at, stop.actor, stop.check) == ("changed", 2, 1, wrong)
    assert stop.message.startswith(f"the check {wrong} does not fit step 2 of CPU 1: it is ")
    assert history.cursor.number == 1


def test_another_step_is_told_before_it_is_found_impossible() -> None:
    stop = stop_of(History(locked_update()), f"2.a1b{label_check('another')}")

    assert stop.cause == "changed"


def test_a_step_of_an_actor_that_now_ends_earlier_is_another_one() -> None:
    stop = stop_of(History(lost_update()), f"2.a2a{label_check('another')}")

    assert (stop.cause, stop.at) == ("changed", 3)
    assert "CPU 0 has nothing to do" in stop.message
