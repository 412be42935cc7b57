"""Every reduction keeps every verdict, on all that ships and on the guide's examples; it changes nothing in place."""

import pytest
from racewalk.program.dump import dump
from racewalk.program.fingerprint import fingerprint
from racewalk.program.reduce import REDUCTIONS, reduce
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.scale_retract import VARIANTS, Size, scale_retract

from tests.lang.test_dialect_guide import Example, built, of_kind
from tests.program.reduce.verdicts import assert_kept, fast
from tests.scenario.proven import slow_beyond

LIBRARY = shipped().library


@pytest.mark.parametrize(("name", "variant"), slow_beyond(3_000))
def test_a_shipped_variant_has_the_same_verdicts_reduced(name: str, variant: str) -> None:
    bundle = shipped().bundle(name)
    assert bundle is not None

    # By the fast search: the plain explorer says the same of the whole program, see tests/scenario/test_witness.py.
    assert_kept(build(name, bundle, variant, LIBRARY).model.program, explore=fast)


@pytest.mark.parametrize("example", of_kind("c scenario"))
@pytest.mark.parametrize("cut_fuses", [False, True], ids=["whole", "cut"])
def test_an_example_of_the_guide_has_the_same_verdicts_reduced(example: Example, cut_fuses: bool) -> None:
    for variant in built(example.text).header.variants:
        assert_kept(built(example.text, variant, cut_fuses).model.program)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("size", [Size(1, 1, 0, 1), Size(2, 1, 0, 0)], ids=lambda size: size.name)
def test_the_race_of_the_mail_with_more_threads_has_the_same_verdicts_reduced(size: Size, variant: str) -> None:
    states = assert_kept(build(size.name, scale_retract(size), variant, LIBRARY).model.program)

    assert states[tuple(REDUCTIONS)] * 3 < states[()] * 2


@pytest.mark.slow
def test_a_page_fault_beside_it_has_the_same_verdicts_reduced() -> None:
    size = Size(1, 1, 1, 0)
    states = assert_kept(build(size.name, scale_retract(size), "patch-v1", LIBRARY).model.program)

    assert states[tuple(REDUCTIONS)] * 5 < states[()]


def test_a_reduction_leaves_its_argument_as_it_is() -> None:
    bundle = shipped().bundle("uffd-copy")
    assert bundle is not None
    program = build("uffd-copy", bundle, "v6.6", LIBRARY).model.program

    before = [
        (dump(a.instrs), [(s.at, s.index, s.in_scope, s.clear) for s in a.steps], a.rests) for a in program.actors
    ]
    reduce(program)

    after = [(dump(a.instrs), [(s.at, s.index, s.in_scope, s.clear) for s in a.steps], a.rests) for a in program.actors]
    assert before == after


def test_a_reduced_program_is_another_model_by_its_hash() -> None:
    bundle = shipped().bundle("dining")
    assert bundle is not None
    program = build("dining", bundle, None, LIBRARY).model.program

    hashes = {fingerprint(reduce(program, which)) for which in ([], ["live"], ["fuse"], ["live", "fuse"])}

    assert len(hashes) == 4
    assert fingerprint(program) in hashes
