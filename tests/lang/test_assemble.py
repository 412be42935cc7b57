"""One variant put together: includes, defines, files and functions that replace others, edits."""

from collections.abc import Mapping

import pytest
from racewalk.lang.assemble import assemble, read_variants, stem
from racewalk.lang.bundle import Bundle, path_problem
from racewalk.lang.diagnostics import Diagnostics, render
from racewalk.lang.unit import Unit

from tests.lang.shapes import shape

LIBRARY = {
    "mm/table.c": '/* Tables. Left out: folios. */\n#include "mm/types.h"\n#define SLOTS 4\n'
    "u8 take(void) { return SLOTS; }\nu8 give(void) { return 1; }\n",
    "mm/types.h": "enum kind { NONE, SOME };\n__weak void hook(void) { }\n",
    "mm/table.v1.c": '#include "mm/table.c"\nu8 take(void) { return 0; }\n',
    "mm/own.c": "u8 take(void) { return 3; }\n",
    "mm/user.c": '#include "mm/table.c"\n',
}


def build(
    files: str | Mapping[str, str], variant: str | None = None, library: Mapping[str, str] = LIBRARY
) -> tuple[Unit, Diagnostics]:
    bundle = Bundle.of({"race.c": files}.items() if isinstance(files, str) else files.items())
    return assemble(bundle, "race.c", variant, library.get)


def built(files: str | Mapping[str, str], variant: str | None = None, library: Mapping[str, str] = LIBRARY) -> Unit:
    """The unit of texts that have no mistake."""
    unit, sink = build(files, variant, library)
    assert len(sink) == 0, "\n".join(render(d) for d in sink)
    return unit


def codes(files: str | Mapping[str, str], variant: str | None = None) -> list[str]:
    _, sink = build(files, variant)
    return [d.code for d in sink]


def variants(**yaml: str) -> str:
    """Front matter with these variants."""
    return "/*---\nvariants:\n" + "".join(f"  {name}: {value}\n" for name, value in yaml.items()) + "---*/\n"


def paths(unit: Unit) -> list[str]:
    return [file.path for file in unit.files]


# -- includes --------------------------------------------------------------------------------


def test_a_file_is_included_once_wherever_it_is_asked_for() -> None:
    unit = built('#include "mm/user.c"\n#include "mm/table.c"\n#include "mm/types.h"\nu8 x;\n')

    assert paths(unit) == ["race.c", "mm/user.c", "mm/table.c", "mm/types.h"]
    assert list(unit.functions) == ["hook", "take", "give"]


def test_files_that_include_each_other_do_no_harm() -> None:
    unit = built({"race.c": '#include "a.c"\nu8 x;\n', "a.c": '#include "race.c"\n#include "a.c"\nu8 y;\n'})

    assert [g.declarator.name for g in unit.globals] == ["y", "x"]


def test_the_scenarios_own_file_stands_before_the_librarys() -> None:
    unit = built({"race.c": '#include "mm/types.h"\n', "mm/types.h": "u8 mine;\n"})

    assert [g.declarator.name for g in unit.globals] == ["mine"]


def test_what_a_file_says_of_itself_is_kept() -> None:
    unit = built('/* The race. */\n#include "mm/table.c"\nu8 x; /* K1 */\n')

    assert unit.heads["race.c"] == "The race."
    assert unit.leaves_out == {"mm/table.c": "folios."}
    assert unit.captions["race.c"] == {3: "K1"}


def test_include_depth_and_number_of_files_are_bounded() -> None:
    chain = {"race.c": '#include "f0.c"\n'} | {f"f{n}.c": f'#include "f{n + 1}.c"\n' for n in range(40)}
    wide = {f"w{n}.c": "" for n in range(70)}

    _, deep = build(chain)
    _, many = build("".join(f'#include "w{n}.c"\n' for n in range(70)), library=wide)

    assert [d.code for d in deep] == ["limit-include"]
    assert {d.code for d in many} == {"limit-files"}


def test_the_library_is_never_asked_for_a_path_that_leaves_it() -> None:
    asked: list[str] = []

    def library(path: str) -> str | None:
        asked.append(path)
        return None

    assemble(Bundle.of([("race.c", '#include "../x.c"\n#include "/x.c"\n#include "x.c"\n')]), "race.c", None, library)

    assert {"race.c", "x.c"} <= set(asked)
    assert [path for path in asked if path_problem(path) is not None] == []


def test_a_file_asked_for_without_its_folder_is_found_there() -> None:
    texts = {"linux/mm.h": "u8 x;\n"}

    _, sink = assemble(Bundle.of([("race.c", '#include "mm.h"\n')]), "race.c", None, texts.get)

    assert [d.hint for d in sink] == ["did you mean 'linux/mm.h'?"]


# -- use -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [("mm/table.v6.4.c", "mm/table"), ("mm/table.c", "mm/table"), ("v6.4/table", "v6.4/table"), ("a.b/c.d.e", "a.b/c")],
)
def test_a_stem_is_the_path_up_to_the_first_dot_of_the_files_name(path: str, expected: str) -> None:
    assert stem(path) == expected


def test_a_use_file_stands_wherever_its_stem_is_included_and_may_include_the_plain_file() -> None:
    unit = built(variants(old="{use: [mm/table.v1.c]}") + '#include "mm/user.c"\n')

    assert paths(unit) == ["race.c", "mm/user.c", "mm/table.v1.c", "mm/table.c", "mm/types.h"]
    assert unit.functions["take"].span.file.path == "mm/table.v1.c"
    assert unit.functions["give"].span.file.path == "mm/table.c"


def test_a_use_file_need_not_be_included_by_anybody() -> None:
    unit = built(variants(own="{use: [mm/own.c]}") + '#include "mm/table.c"\n')

    assert unit.functions["take"].span.file.path == "mm/own.c"


def test_a_use_file_may_be_the_only_one_of_its_stem() -> None:
    library = {"mm/way.v2.c": "u8 way(void) { return 2; }\n"}

    unit = built(variants(a="{use: [mm/way.v2.c]}") + '#include "mm/way.c"\n', library=library)

    assert paths(unit) == ["race.c", "mm/way.v2.c"]


def test_without_use_two_functions_of_one_name_are_a_mistake_that_shows_both() -> None:
    _, sink = build('#include "mm/table.c"\nu8 take(void) { return 5; }\n')

    (diagnostic,) = sink
    assert diagnostic.code == "duplicate"
    assert diagnostic.span is not None
    assert diagnostic.notes[0].span is not None
    assert {diagnostic.span.file.path, diagnostic.notes[0].span.file.path} == {"race.c", "mm/table.c"}


def test_a_weak_function_gives_way_to_another_in_any_order() -> None:
    strong = "void hook(void) { give(); }\n"

    for text in ('#include "mm/table.c"\n' + strong, strong + '#include "mm/table.c"\n'):
        unit = built(text)
        assert unit.functions["hook"].span.file.path == "race.c"

    assert built('#include "mm/types.h"\n').functions["hook"].qualifiers == {"weak"}


def test_two_weak_functions_of_one_name_are_a_mistake_even_if_a_third_replaces_them() -> None:
    assert codes('#include "mm/types.h"\n__weak void hook(void) { }\n') == ["duplicate"]


# -- define ----------------------------------------------------------------------------------


def test_a_define_of_the_variant_stands_before_the_scenarios_and_that_before_the_librarys() -> None:
    text = variants(a="{}", b="{define: {SLOTS: 9 - 1}}") + '#define SLOTS 6\n#include "mm/table.c"\n'

    assert shape(built('#include "mm/table.c"\n').defines["SLOTS"].value) == "4"
    assert shape(built(text, "a").defines["SLOTS"].value) == "6"
    changed = built(text, "b").defines["SLOTS"]
    assert shape(changed.value) == "(9 - 1)"
    assert changed.value.span.text == "9 - 1"
    assert changed.span.file.path == "race.c"


def test_a_define_that_nobody_has_is_a_mistake() -> None:
    _, sink = build(variants(a="{define: {SLOT: 1}}") + '#include "mm/table.c"\n')

    (diagnostic,) = sink
    assert (diagnostic.code, diagnostic.hint) == ("unknown-define", "did you mean 'SLOTS'?")


def test_two_defines_in_the_library_are_a_mistake() -> None:
    assert codes({"race.c": '#include "a.c"\n#include "b.c"\n', "a.c": "#define N 1\n", "b.c": "#define N 1\n"}) == [
        "duplicate"
    ]


# -- edit ------------------------------------------------------------------------------------

RACE = "u8 x;\n\nvoid f(void)\n{\n\tif (x /* seen? */ == 1)\n\t\tx = 2;\n\tx = 3;\n}\n"


def test_an_edit_replaces_tokens_whatever_white_space_and_comments_stand_between() -> None:
    unit = built(variants(a='{edit: [{in: race.c, from: "if(x==1) x=2;", to: "x = 9;"}]}') + RACE)

    assert "{\n\tx = 9;\n\tx = 3;\n}" in unit.main.text
    (first, _) = unit.functions["f"].body.body
    assert first.span.text == "x = 9;"
    assert first.span.file is unit.main
    assert unit.files[0] is unit.main


def test_edits_see_the_file_as_it_is_written_so_their_order_does_not_matter() -> None:
    edits = ["{in: race.c, from: x = 2, to: x = 3}", "{in: race.c, from: x = 3, to: x = 2}"]

    one = built(variants(a="{edit: [" + ", ".join(edits) + "]}") + RACE)
    other = built(variants(a="{edit: [" + ", ".join(reversed(edits)) + "]}") + RACE)

    assert [s.span.text for s in one.functions["f"].body.body] == [s.span.text for s in other.functions["f"].body.body]
    assert one.functions["f"].body.body[1].span.text == "x = 2;"


def test_an_edit_of_a_library_file_leaves_the_file_alone_for_others() -> None:
    text = variants(a='{edit: [{in: mm/table.c, from: "return SLOTS;", to: "return 7;"}]}', b="{}")
    text += '#include "mm/table.c"\n'

    edited, plain = built(text, "a"), built(text, "b")

    assert "return 7;" in edited.functions["take"].span.text
    assert "return SLOTS;" in plain.functions["take"].span.text


def test_tokens_are_whole_in_an_edit() -> None:
    assert codes(variants(a='{edit: [{in: race.c, from: "x = 2 ; x = 33", to: y}]}') + RACE) == ["edit-no-match"]


def test_an_edit_that_fits_nowhere_shows_how_far_it_fits() -> None:
    _, sink = build(variants(a='{edit: [{in: race.c, from: "if (x == 1) x = 4;", to: ";"}]}') + RACE)

    (diagnostic,) = sink
    assert diagnostic.code == "edit-no-match"
    assert diagnostic.span is not None
    assert diagnostic.span.text == '"if (x == 1) x = 4;"'
    (note,) = diagnostic.notes
    assert note.message == "the first 8 of 10 tokens stand here; then comes '2', not '4'"
    assert note.span is not None
    assert note.span.text == "if (x /* seen? */ == 1)\n\t\tx ="


def test_an_edit_that_fits_twice_shows_where() -> None:
    _, sink = build(variants(a='{edit: [{in: race.c, from: "x =", to: "y ="}]}') + RACE)

    (diagnostic,) = sink
    assert diagnostic.code == "edit-ambiguous"
    assert [note.span.begin.line for note in diagnostic.notes if note.span] == [10, 11]


def test_a_file_that_is_not_in_the_variant_cannot_be_edited() -> None:
    assert codes(variants(a="{edit: [{in: mm/own.c, from: x, to: y}]}") + RACE) == ["edit-file"]


def test_a_mistake_in_an_edited_text_names_the_variant() -> None:
    _, sink = build(variants(a='{edit: [{in: race.c, from: "x = 3;", to: "x = ;"}]}') + RACE)

    (diagnostic,) = sink
    assert diagnostic.span is not None
    assert diagnostic.span.file.line_text(diagnostic.span.begin.line) == "\tx = ;"
    assert diagnostic.notes[-1].message == "the variant 'a' edited this text"


# -- variants and names ----------------------------------------------------------------------


def test_none_is_the_first_variant_and_an_unknown_one_a_mistake() -> None:
    text = variants(first="{}", second="{}") + RACE

    assert built(text).variant.id == "first"
    assert built(text, "second").variant.id == "second"
    unit, sink = build(text, "secnd")
    assert unit.variant.id == "first"
    assert [d.hint for d in sink] == ["did you mean 'second'?"]


def test_a_name_has_one_meaning_but_tags_are_names_of_their_own() -> None:
    assert built("struct page { u8 x; };\nstruct page page;\nenum kind { KIND };\n").globals
    assert codes("u8 x;\nvoid x(void) { }\n") == ["duplicate"]
    assert codes("enum { x };\nu8 x;\n") == ["duplicate"]
    assert codes("#define x 1\nu8 x;\n") == ["duplicate"]
    assert codes("typedef struct { u8 a; } x;\n#define x() for (;;)\n") == ["duplicate"]
    assert codes("struct x { u8 a; };\nenum x { y };\n") == ["duplicate"]


def test_declarations_of_all_kinds_are_found_in_the_order_of_the_text() -> None:
    unit = built(
        """
        struct page { u8 data; };
        typedef struct { u8 kind; } pte_t;
        enum kind { NONE, SOME };
        #define each(i) for (i = 0; i < 2; i++)
        POOL(struct page, 2, "P");
        setup { }
        CPU(0, "first") { }
        DEVICE("second") { }
        always("a", true);
        finally("b", true);
        finally { }
        lock_order { page.data; }
        """
    )

    assert (list(unit.structs), list(unit.words), list(unit.macros)) == (["page"], ["pte_t"], ["each"])
    assert list(unit.enumerators) == ["NONE", "SOME"]
    assert unit.enumerators["SOME"][0] is unit.enums[0]
    assert [a.title for a in unit.actors] == ["first", "second"]
    assert [p.text for p in unit.properties] == ["a", "b"]
    assert [len(part) for part in (unit.pools, unit.setups, unit.finals, unit.lock_orders)] == [1, 1, 1, 1]


def test_a_bundle_without_its_main_file_or_too_large_gives_an_empty_unit_and_a_mistake() -> None:
    unit, sink = assemble(Bundle.of([("other.c", "u8 x;\n")]), "race.c", None, LIBRARY.get)
    large, too_large = build("u8 x;\n" * 20_000)

    assert [d.code for d in sink] == ["no-main"]
    assert unit.globals == ()
    assert [d.code for d in too_large] == ["limit-source"]
    assert large.globals == ()


def test_a_list_of_variants_needs_no_correct_code() -> None:
    header, sink = read_variants(Bundle.of([("race.c", variants(a="{}", b="{}") + "u8 = ;\n")]), "race.c")

    assert list(header.variants) == ["a", "b"]
    assert len(sink) == 0
