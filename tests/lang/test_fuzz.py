"""Any text whatever gives diagnostics, never an exception, and every place that they name lies in the text."""

from hypothesis import given, settings
from hypothesis import strategies as st
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle, decode, parse_bundle
from racewalk.lang.diagnostics import Diagnostics, render

SCENARIO = """/*---
dialect: 1
title: Who counts?
asks: lost
variants:
  plain: {expect: sometimes, define: {LIMIT: 3}}
  fixed: {extends: plain, expect: never, edit: [{in: race.c, from: "p->data += 1;", to: "atomic_inc(&p->data);"}]}
---*/
#include "lib.h"
#define LIMIT 2 /* rounds */
struct page { bit_lock_t lock; u8 data; pte_t pte[4]; };
typedef struct { enum kind kind; struct page *page; } pte_t;
enum kind { NONE, SOME = 2, };
POOL(struct page, 2, "P");
struct page H = { .data = 1, .pte = { [1] = { .kind = SOME } } };
ghost bool told;
#define each(i, n) \\
\tfor (i = 0; i < n; i++)
static inline bool some(pte_t pte) { return pte.kind == SOME ? true : false; }
__weak void hook(struct page *p, u8 **out) { }
setup { H.data = 0; }
CPU(0, "counter") {
\tsetup { bit_lock(&H.lock); }
\tstruct page *p = kmalloc(struct page, .data = 7);
\tint i;

\teach (i, LIMIT) {
\t\tfuse { p->data += 1; }\t/* K1 */
\t}
\tswitch (p->data) {
\tcase NONE:
\t\tgoto out;
\tdefault:
\t\tbreak;
\t}
\tdo { i--; } while (i > 0 && !some((pte_t){ .kind = NONE }));
out:
\tbit_unlock(&H.lock);
\tfor_each_object (p, struct page)
\t\tassert(p->data < 9, "lost: %d", p->data);
}
finally("counted", H.data == 2);
finally { kfree(container_of(&H.lock, struct page, lock)); }
lock_order { page.lock; }
"""

WORDS = """
if else while do for switch case default break goto return struct enum typedef union static inline atomic fuse
ghost wrapping x y pte_t u8 unsigned long void 3 0x 1.5 010 'a' "t" " ' ( ) [ ] { } { } ; ; , : ? . -> + - * / &
&& = == ++ # #define #include #if \\ // /* */ /*--- ---*/ @ “ ； é CPU DEVICE POOL setup finally always lock_order
kmalloc( container_of( for_each_object( READ_ONCE( sizeof ... __weak __init const
"""
TOKENS = [
    *WORDS.split(),
    *["\n", "\t", "#define each(x) for (;;)\n", "/*--- file: a.c ---*/\n", 'CPU(0, "x") {', "\\\n"],
]


def survives(text: str) -> None:
    """Compile a text with every step of the way checked."""
    sink = Diagnostics()
    bundle = parse_bundle(text, "race.c", sink)
    assert bundle.main is not None
    for variant in (None, "fixed"):
        _, found = assemble(bundle, bundle.main, variant, {"lib.h": "u8 lib;\n"}.get)
        sink.extend(found)
    assert len(sink) <= 50
    for diagnostic in sink:
        printed = render(diagnostic)
        assert all(line.isprintable() for line in printed.split("\n"))
        for span in (diagnostic.span, *(note.span for note in diagnostic.notes)):
            assert span is None or 0 <= span.start <= span.end <= len(span.file.text)


def test_the_text_that_is_mutated_here_has_no_mistake() -> None:
    for variant in ("plain", "fixed"):
        bundle = Bundle.of([("race.c", SCENARIO)])
        _, sink = assemble(bundle, "race.c", variant, {"lib.h": "u8 lib;\n"}.get)
        assert [render(d) for d in sink] == []


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_give_diagnostics(data: bytes) -> None:
    sink = Diagnostics()
    survives(decode(data, "race.c", sink))
    assert all(render(d) for d in sink)


@settings(max_examples=150)
@given(st.text(max_size=300))
def test_any_characters_give_diagnostics(text: str) -> None:
    survives(text)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(TOKENS), max_size=80).map(" ".join))
def test_any_tokens_give_diagnostics(text: str) -> None:
    survives(text)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join))
def test_any_tokens_in_a_function_give_diagnostics(text: str) -> None:
    survives("void f(void)\n{\n\t" + text + "\n}\nu8 x;\n")


@settings(max_examples=200)
@given(st.text(st.sampled_from("abc:[]{}&*!|>-?,'\"# \n\t%@`/\\x00é"), max_size=120))
def test_any_front_matter_gives_diagnostics(yaml: str) -> None:
    survives(f"/*---\n{yaml}\n---*/\nu8 x;\n")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The scenario with some pieces cut out, doubled, moved or replaced."""
    text = SCENARIO
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        piece = draw(st.sampled_from(TOKENS) | st.sampled_from(["", text[start:end] * 2]) | st.text(max_size=4))
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=300)
@given(mutated())
def test_a_damaged_scenario_gives_diagnostics(text: str) -> None:
    survives(text)
