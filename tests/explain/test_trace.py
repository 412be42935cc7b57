"""A run as text, one column per actor."""

from racewalk.explain.trace import trace
from racewalk.model import Move
from racewalk.session.history import History, Node

from tests.explore.toys import Op, Toy, actors, chosen_by_device, lost_update


def walked(model: Toy, *moves: Move) -> tuple[Toy, list[Node]]:
    history = History(model)
    for move in moves:
        history.step(move)
    return model, history.cursor.path()


def test_each_actor_has_a_column_and_findings_stand_below_their_step() -> None:
    model, path = walked(lost_update(), Move(0), Move(1), Move(0), Move(1))

    text = trace(model.actors, path, width=49)

    assert text == "\n".join(
        [
            "     CPU 0: cpu0           CPU 1: cpu1",
            "     --------------------  --------------------",
            "   1 load by 0",
            "   2                       load by 1",
            "   3 store by 0",
            "   4                       store by 1",
            "*** lost-update: the counter is 1, not 2",
        ]
    )


def test_no_line_is_wider_than_asked() -> None:
    many = Toy(actors("cpu", "cpu", "cpu"), [[Op("a rather long label of a step " * 3)]] * 3, {})
    model, path = walked(many, Move(0), Move(1), Move(2))

    for width in (40, 60, 72, 100):
        assert max(len(line) for line in trace(model.actors, path, width).splitlines()) <= width


def test_where_columns_would_be_too_narrow_each_line_names_its_actor() -> None:
    many = Toy(actors("cpu", "cpu", "cpu", "cpu", "cpu", "cpu"), [[Op("go")]] * 6, {})
    model, path = walked(many, *[Move(actor) for actor in range(6)])

    lines = trace(model.actors, path, width=60).splitlines()

    assert lines[0] == "   1 CPU 0: go"
    assert len(lines) == 6


def test_long_labels_break_between_names_and_not_within_them() -> None:
    label = "pte_free_now: pte_free(container_of(head, struct ptdesc, pt_rcu_head))"
    model, path = walked(Toy(actors("cpu"), [[Op(label)]], {}), Move(0))

    (line, *more) = [line.strip() for line in trace(model.actors, path, width=30).splitlines()[2:]]

    assert line == "1 pte_free_now: pte_free("
    assert more == ["container_of(head,", "struct ptdesc,", "pt_rcu_head))"]


def test_a_choice_is_told_and_idle_actors_have_no_column() -> None:
    model, path = walked(chosen_by_device(), Move(1, 2))

    text = trace(model.actors, path)

    assert "answer [choice 2]" in text
    assert "CPU 0" not in text


def test_a_run_of_no_step_says_so() -> None:
    assert trace(lost_update().actors, []) == "(no step)"


def test_nothing_in_a_label_reaches_the_terminal_as_a_command() -> None:
    model, path = walked(Toy(actors("cpu"), [[Op("clear \x1b[2J the \x07 screen")]], {}), Move(0))

    assert "\x1b" not in trace(model.actors, path)
    assert "\x07" not in trace(model.actors, path)
