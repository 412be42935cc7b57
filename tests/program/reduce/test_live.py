"""Locals are zeroed where nobody will read them again, and only there."""

from racewalk.program.reduce import reduce

from tests.program.reduce.verdicts import assert_kept, verdicts_of
from tests.program.texts import program

TWO_WAYS = """\
u8 x, y, done;
CPU(0, "reader") {
	u8 seen = x;
	y = seen;
	done = 1;
	done = 2;
}
CPU(1, "writer") { x = 1; if (done) y = 0; }
"""


def live_at(text: str, actor: int = 0) -> list[str]:
    """For each step its label and the locals that are kept there."""
    steps = reduce(program(text), ["live"]).actors[actor].steps
    return [f"{step.text}: {' '.join(r.name for r in step.in_scope if not r.temporary)}".rstrip() for step in steps]


def test_a_local_is_kept_until_its_last_reading() -> None:
    assert live_at(TWO_WAYS) == ["x:", "y = seen: seen", "done = 1:", "done = 2:"]


def test_states_that_differ_in_a_dead_local_become_one() -> None:
    states = assert_kept(program(TWO_WAYS))

    assert states[("live",)] < states[()]


def test_a_local_that_another_round_of_the_loop_reads_is_kept() -> None:
    text = """\
	u8 x;
	CPU(0, "counts") {
		u8 last = 0;
		for (u8 i = 0; i < 2; i++) { assert(last == i, "kept: %d", last); x = i; last = i + 1; }
	}
	CPU(1, "other") { x = 7; }
	"""
    assert verdicts_of(text) == {}
    assert live_at(text) == ["x = i: i"]


def test_a_local_is_kept_for_one_way_of_a_branch_that_reads_it() -> None:
    text = """\
	u8 x, y;
	CPU(0, "one") { u8 a = x, b = 0; if (y) b = a; x = b; }
	CPU(1, "two") { x = 1; y = 1; x = y; }
	"""
    assert live_at(text) == ["x:", "y: a b", "x = b: b"]
    verdicts_of(text)


def test_what_only_a_check_reads_is_kept() -> None:
    text = """\
	u8 x;
	CPU(0, "one") { u8 before = x; x = 5; assert(before != 3, "three: it was %d", before); }
	CPU(1, "two") { x = 3; x = 4; }
	"""
    assert verdicts_of(text) == {"three": "sometimes"}


def test_an_out_parameter_is_kept_for_the_caller() -> None:
    text = """\
	u8 x;
	bool look(u8 *seen) { *seen = x; x = 0; return true; }
	CPU(0, "one") { u8 mine; if (look(&mine)) { x = 1; assert(mine < 2, "large: %d", mine); } }
	CPU(1, "two") { x = 2; }
	"""
    assert verdicts_of(text) == {"large": "sometimes"}
