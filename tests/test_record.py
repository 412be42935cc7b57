"""Records: classes of fields."""

from __future__ import annotations

from dataclasses import field, fields, replace

import pytest
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


def test_a_record_is_made_by_position_and_by_name_with_its_defaults() -> None:
    @record
    class Base:
        place: str
        marked: bool = field(default=False, kw_only=True)

    @record
    class Derived(Base):
        value: int
        more: tuple[int, ...] = ()

    made = Derived("here", 3, marked=True)

    assert (made.place, made.value, made.more, made.marked) == ("here", 3, (), True)
    assert Derived(place="there", value=4, more=(1,)).more == (1,)
    with pytest.raises(TypeError, match=r"Derived.__init__\(\) missing 1 required positional argument: 'value'"):
        Derived("here")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="takes from 3 to 4 positional arguments but 5"):
        Derived("here", 3, (), True)  # type: ignore[call-arg]


def test_a_record_with_a_list_of_its_own_gets_a_new_one_each_time() -> None:
    @record
    class Basket:
        things: list[int] = field(default_factory=list)

    Basket().things.append(1)

    assert Basket().things == []


def test_a_field_without_a_default_behind_one_that_has_one_is_refused() -> None:
    with pytest.raises(TypeError, match="Wrong: a field without a default follows one that has a default"):

        @record
        class Wrong:
            first: int = 0
            second: int  # type: ignore[misc]


def test_a_record_is_printed_with_its_fields_also_where_it_contains_itself() -> None:
    ring = Slot("a")
    ring.next = ring

    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
    assert repr(ring) == "Slot(name='a', next=...)"


def test_a_record_is_matched_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
