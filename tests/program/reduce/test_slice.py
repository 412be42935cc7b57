"""What nothing can observe is not written; whatever decides something, or may go wrong, is."""

import pytest
from racewalk.program.code import Load, Store, Update
from racewalk.program.reduce import reduce

from tests.program.reduce.verdicts import assert_kept, verdicts_of
from tests.program.texts import program

SHARED = 'u8 shared;\nCPU(1, "other") { shared = 1; if (shared == 3) cover("three"); shared = 2; }\n'


def stores_left(text: str, actor: int = 0) -> list[str]:
    """What an actor still writes; and nothing is lost by it."""
    assert_kept(program(text), [("slice",), ("slice", "fuse", "live")])
    code = reduce(program(text), ["slice"]).actors[actor].instrs
    return [instr.place.key for instr in code if isinstance(instr, Store | Update)]


def test_what_is_only_ever_written_is_not() -> None:
    text = SHARED + 'u8 mark;\nCPU(0, "one") { mark = shared; shared = 3; }\nCPU(2, "two") { mark = 2; }\n'
    states = assert_kept(program(text))

    assert stores_left(text) == ["shared"]
    assert states[("slice",)] < states[()]


def test_what_flows_only_into_what_nobody_observes_is_not_written_either() -> None:
    text = SHARED + 'u8 from, to;\nCPU(0, "one") { from = shared; shared = 3; }\nCPU(2, "two") { to = from; }\n'

    assert stores_left(text) == ["shared"]
    assert stores_left(text, actor=2) == []


def test_what_flows_into_a_branch_over_other_memory_is_written() -> None:
    text = (
        SHARED
        + """\
	u8 from, to;
	CPU(0, "one") { from = shared; }
	CPU(2, "two") { u8 copy = from; to = copy; if (to == 2) report("two: it was"); }
	"""
    )
    assert stores_left(text) == ["from"]
    assert stores_left(text, actor=2) == ["to"]
    assert verdicts_of(text) == {"two": "sometimes"}


def test_what_only_a_message_shows_is_not_written_and_the_finding_stays() -> None:
    text = (
        SHARED
        + """\
	u8 shown;
	CPU(0, "one") { shown = 5; if (shared == 1) report("seen: %d and %d", shown, shared); }
	CPU(2, "two") { shown = 4; }
	"""
    )
    assert stores_left(text) == []
    assert verdicts_of(text) == {"seen": "sometimes"}


@pytest.mark.parametrize(
    "reader",
    [
        'finally("last: it is one", mark == 1);',
        'always("all: it is small", mark < 2);',
        'never("no: it is two", mark == 2);',
        'sometimes("two: it is two", mark == 2);',
        'finally { if (mark == 2) report("two: in the end"); }',
        "finally { u8 copy = mark; assert(copy == 1); }",
        'CPU(3, "waits") { wait_until(mark); }',
    ],
)
def test_what_a_property_or_a_wait_reads_is_written(reader: str) -> None:
    text = SHARED + f'u8 mark;\nCPU(0, "one") {{ mark = 1; }}\nCPU(2, "two") {{ mark = 2; }}\n{reader}\n'

    assert stores_left(text) == ["mark"]


def test_an_index_is_an_observation() -> None:
    text = (
        SHARED
        + """\
	u8 at, table[2];
	CPU(0, "one") { at = shared; }
	CPU(2, "two") { table[at] = 1; }
	"""
    )
    assert stores_left(text) == ["at"]
    assert verdicts_of(text) == {"index-out-of-range": "sometimes"}


def test_a_store_that_may_overflow_is_an_observation_of_its_value() -> None:
    text = (
        SHARED
        + """\
	u8 large = 254; u8 mark;
	CPU(0, "one") { large = large + shared; }
	CPU(2, "two") { mark = 7; }
	"""
    )
    assert verdicts_of(text) == {"overflow": "sometimes"}
    assert stores_left(text) == ["large"]
    assert stores_left(text, actor=2) == []


def test_an_overflow_is_met_even_where_nobody_observes_what_is_stored() -> None:
    text = (
        SHARED
        + """\
	struct item { u8 data; };
	POOL(struct item, 2, "I");
	u8 mark; s8 low;
	CPU(0, "one") { u8 mine = shared; if (mine == 1) mark = mine * 300; }
	CPU(2, "two") { u8 mine = shared; if (mine == 2) { s8 local = mine - 200; low = local; } }
	CPU(3, "three") { kmalloc(struct item, .data = shared - 2); }
	"""
    )
    assert verdicts_of(text) == {"overflow": "sometimes"}
    code = [i for a in (0, 2, 3) for i in reduce(program(text), ["slice"]).actors[a].instrs]
    assert any(isinstance(i, Store) and i.place.key == "mark" for i in code)
    assert not any(isinstance(i, Store) and i.place.key == "low" for i in code)


def test_a_counter_that_may_overflow_is_kept_and_one_that_wraps_is_not() -> None:
    text = (
        SHARED
        + """\
	u8 exact = 254; wrapping u8 loose = 254;
	CPU(0, "one") { shared = 4; atomic_add(&exact, 2); atomic_add(&loose, 2); }
	"""
    )
    assert verdicts_of(text) == {"overflow": "always"}
    assert stores_left(text) == ["shared", "exact"]


def test_a_store_through_a_pointer_becomes_a_look_so_that_a_use_after_free_is_still_met() -> None:
    text = """\
	struct item { u8 data; };
	POOL(struct item, 1, "I");
	struct item *head;
	setup { head = kmalloc(struct item); }
	CPU(0, "one") { struct item *mine = head; mine->data = 1; }
	CPU(1, "two") { struct item *mine = head; head = NULL; kfree(mine); }
	"""
    verdicts = verdicts_of(text)
    code = reduce(program(text), ["slice"]).actors[0].instrs

    assert verdicts == {"use-after-free": "sometimes", "null-dereference": "sometimes"}
    assert stores_left(text) == []
    assert [i.place.key for i in code if isinstance(i, Load)] == ["head", "item.data"]


def test_a_divisor_that_may_be_zero_is_an_observation() -> None:
    text = (
        SHARED
        + """\
	u8 by = 1, mark;
	CPU(0, "one") { by = 0; }
	CPU(2, "two") { mark = 4 / by; }
	"""
    )
    assert verdicts_of(text) == {"division-by-zero": "sometimes"}
    assert stores_left(text) == ["by"]


def test_a_division_by_zero_is_met_although_what_is_stored_always_fits_and_nobody_looks() -> None:
    text = (
        SHARED
        + """\
	u8 by = 1; wrapping u8 mark;
	CPU(0, "one") { by = 0; }
	CPU(2, "two") { mark = 4 / by; }
	"""
    )
    assert verdicts_of(text) == {"division-by-zero": "sometimes"}


def test_what_is_compared_and_exchanged_is_an_observation_where_the_answer_is() -> None:
    text = (
        SHARED
        + """\
	u8 word;
	CPU(0, "one") { word = 1; }
	CPU(2, "two") { if (cmpxchg(&word, 1, 2) == 1) report("met: it was one"); }
	"""
    )
    assert stores_left(text) == ["word"]
    assert verdicts_of(text) == {"met": "sometimes"}


def test_a_pointer_that_somebody_follows_is_written() -> None:
    text = (
        SHARED
        + """\
	struct box { u8 value; }; struct box A, B; struct box *where = &A;
	CPU(0, "one") { where = &B; }
	CPU(2, "two") { struct box *mine = where; mine->value = 1; assert(A.value == 0, "a: A is touched"); }
	"""
    )
    assert stores_left(text) == ["where"]
    assert verdicts_of(text) == {"a": "sometimes"}


def test_a_step_that_writes_nothing_any_more_keeps_its_moment_for_the_check_behind_it() -> None:
    text = """\
	u8 x, mark;
	CPU(0, "one") { x = 1; mark = 1; assert(x != 2, "two: x is two"); x = 1; }
	CPU(1, "two") { if (x == 1) x = 2; mark = 2; }
	"""
    assert verdicts_of(text) == {"two": "sometimes"}
    assert stores_left(text) == ["x", "x"]
