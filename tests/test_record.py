"""Records: classes of fields."""

from __future__ import annotations

from dataclasses import fields, replace

from racewalk.record import frozen_record, record, value_record


@record
class Slot:
    name: str
    next: Slot | None = None


@frozen_record
class Mark:
    line: int
    text: str = ""


@value_record
class Point:
    x: int
    y: int = 0


def test_a_record_equals_only_itself() -> None:
    one = Slot("a")

    assert [one].count(one) == 1
    assert one != Slot("a")
    assert Mark(1) != Mark(1)


def test_value_records_are_equal_where_class_and_values_are() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)
    assert len({Point(1), Point(1, 0), Point(0)}) == 2


def test_records_are_dataclasses_with_slots() -> None:
    assert [one.name for one in fields(Mark)] == ["line", "text"]
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert not hasattr(Mark(1), "__dict__")


def test_a_record_is_printed_with_its_fields_also_where_it_contains_itself() -> None:
    ring = Slot("a")
    ring.next = ring

    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
    assert repr(ring) == "Slot(name='a', next=...)"


def test_a_record_is_matched_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
