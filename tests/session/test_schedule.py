"""The text of a schedule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from racewalk.session.schedule import (
    FINISHED_CHECK,
    MAX_STEPS,
    MAX_TEXT,
    Entry,
    ScheduleError,
    label_check,
    parse_schedule,
    print_schedule,
)

letters = st.sampled_from("abcdeq")
checks = st.none() | st.from_regex(r"[A-Z]{2}", fullmatch=True)
entries = st.builds(Entry, letters, st.none() | st.integers(0, 300), checks, st.none())


def test_a_schedule_reads_as_runs_choices_and_checks() -> None:
    steps = parse_schedule("1.a2KQb1c-2AA")

    assert steps == (Entry("a"), Entry("a", None, "KQ"), Entry("b"), Entry("c", 2, "AA"))


def test_the_empty_text_and_the_bare_version_are_the_empty_schedule() -> None:
    assert parse_schedule("") == ()
    assert parse_schedule("1.") == ()


@given(st.lists(entries, max_size=60))
def test_what_is_printed_reads_back_as_the_same_steps(steps: list[Entry]) -> None:
    assert parse_schedule(print_schedule(steps)) == tuple(steps)


@given(st.lists(entries, max_size=60))
def test_a_printed_schedule_needs_no_escaping_in_a_link(steps: list[Entry]) -> None:
    text = print_schedule(steps)

    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-")


@given(st.text(max_size=40) | st.text("1.ab-09AZ", max_size=20).map("1.".__add__))
def test_any_text_reads_or_says_where_it_does_not(text: str) -> None:
    refusal: ScheduleError | None = None
    steps: tuple[Entry, ...] = ()
    try:
        steps = parse_schedule(text)
    except ScheduleError as error:
        refusal = error

    if refusal is None:
        assert parse_schedule(print_schedule(steps)) == steps
    else:
        assert 0 <= refusal.offset <= len(text)


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("3.a1", 0, "version"),
        ("a1", 0, "version"),
        ("1.a", 2, "number of steps"),
        ("1.a1KQx", 6, "number of steps"),
        ("1.a0", 2, "at least one step"),
        ("1.a1 b1", 4, "letter of an actor"),
        ("1.A1", 2, "letter of an actor"),
        ("1.é1", 2, "letter of an actor"),
        ("1.a1b-99999", 4, "choice 99,999"),
        (f"1.a{MAX_STEPS}b1", 8, "20,000 steps"),
        ("1.a999999999", 2, "20,000 steps"),
        ("1." + "a" * MAX_TEXT, MAX_TEXT, "65,538 characters"),
    ],
)
def test_a_bad_schedule_is_refused_with_its_place(text: str, offset: int, words: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(text)

    assert caught.value.offset == offset
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("label", "check"),
    [
        ("uffdio_copy: spin_lock(ptl)", "AV"),
        ("mfill_atomic_install_pte: WRITE_ONCE(*pte, new)", "LI"),
        ("größe: x", "YD"),
        ("", "KR"),
        (None, "ZZ"),
    ],
)
def test_the_check_of_a_label_never_changes(label: str | None, check: str) -> None:
    assert label_check(label) == check


@given(st.text())
def test_no_label_has_the_check_of_a_finished_actor(label: str) -> None:
    check = label_check(label)

    assert check != FINISHED_CHECK
    assert len(check) == 2
    assert check.isupper()


def test_version_2_has_a_check_for_every_step() -> None:
    assert parse_schedule("2.aKQRCb3c-2XYb2AAd-1") == (
        Entry("a", own="KQ"),
        Entry("a", own="RC"),
        Entry("b"),
        Entry("b"),
        Entry("b"),
        Entry("c", 2, own="XY"),
        Entry("b"),
        Entry("b", own="AA"),
        Entry("d", 1),
    )


@pytest.mark.parametrize("text", ["2.a", "2.aK", "2.aKQR", "2.KQ", "2.a0", "2.aKQ3", "3.a1", "2.a-70000KQ", "2.a20001"])
def test_a_text_of_version_2_that_does_not_read_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(text)


def test_checks_of_every_step_stay_with_version_2() -> None:
    with pytest.raises(ScheduleError):
        parse_schedule("1.aKQRC")
