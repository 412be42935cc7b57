"""From text to something that runs."""

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import BUILT_KEPT, Builder, UnknownVariant, build, header_of
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import judge
from racewalk.scenario.template import TEMPLATES, starting_text

from tests.scenario.texts import bundle, lost

LIBRARY = shipped().library


def test_a_variant_is_built_with_what_a_verdict_must_reach() -> None:
    built = build("own", lost(), "locked", LIBRARY)

    assert built.variant.id == "locked"
    assert [actor.name for actor in built.model.actors] == ["first", "second"]
    assert built.wanted == ("the lock was taken",)


def test_the_first_variant_that_is_expected_to_go_wrong_is_built_where_none_is_named() -> None:
    assert build("own", lost(), None, LIBRARY).variant.id == "plain"
    assert build("own", lost(plain="never", locked="always"), None, LIBRARY).variant.id == "locked"
    assert build("own", lost(plain="never"), None, LIBRARY).variant.id == "plain"


def test_an_unknown_variant_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownVariant, match="plain, locked"):
        build("own", lost(), "v9", LIBRARY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CPU(0, ",
        'CPU(0, "a") { x = 1; }',
        "/*---\nvariants: [\n---*/",
        'spinlock_t l;\nsetup { spin_lock(&l); spin_lock(&l); }\nCPU(0, "a") { spin_lock(&l); }',
        'u8 x;\nsetup { wait_until(x == 1); }\nCPU(0, "a") { x = 1; }',
    ],
)
def test_a_text_that_cannot_run_gives_diagnostics(text: str) -> None:
    with pytest.raises(CompileError) as caught:
        build("own", bundle(text), None, LIBRARY)

    assert any(diagnostic.severity == "error" for diagnostic in caught.value.diagnostics)


def test_a_broken_header_is_told_before_a_variant_is_missed() -> None:
    with pytest.raises(CompileError):
        build("own", bundle("/*---\nvariants: [\n---*/"), "v1", LIBRARY)


def test_a_header_is_read_as_far_as_it_can_be() -> None:
    assert header_of(bundle("/*---\ntitle: T\nnonsense: 1\n---*/")).title == "T"
    assert header_of(bundle("")).variants


def test_what_was_built_last_is_not_built_again() -> None:
    builder = Builder(LIBRARY)

    assert builder.build("own", lost(), "plain") is builder.build("own", lost(), "plain")
    assert builder.build("own", lost(), "plain") is not builder.build("own", lost(), "locked")


def test_only_so_much_is_remembered() -> None:
    builder = Builder(LIBRARY)
    first = builder.build("own", lost(), "plain")
    for number in range(BUILT_KEPT):
        builder.build(f"other {number}", lost(), "plain")

    assert builder.build("own", lost(), "plain") is not first


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_starting_text_is_as_it_says_of_itself_in_all_its_variants(template: str) -> None:
    text = bundle(starting_text("my-race", template), "my-race.c")

    for variant in header_of(text).variants:
        one = build("my-race", text, variant, LIBRARY)
        assert one.warnings == ()
        assert judge(one, Bounds()).complaints == ()


def test_a_note_at_no_step_is_a_warning_that_names_a_near_label() -> None:
    text = 'u8 x;\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x = 2; }\n'
    header = '/*---\ntitle: T\nnotes: [{at: "a: x = 1", say: here}, {at: "a: x = 3", say: nowhere}]\n---*/\n'

    warnings = build("own", bundle(header + text), None, LIBRARY).warnings

    assert [warning.code for warning in warnings] == ["lost-note"]
    assert warnings[0].hint is not None
    assert "a: x = 1" in warnings[0].hint
