"""Text to tree: what each construct of the dialect becomes."""

import pytest
from racewalk.lang import toplevel, tree
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.parser import parse, parse_expression
from racewalk.lang.source import SourceFile

from tests.lang.shapes import body, expression, mistakes, parsed, shape

# -- expressions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a || b && c | d", "(a || (b && (c | d)))"),
        ("a & b == c", "(a & (b == c))"),
        ("a << 1 + b", "(a << (1 + b))"),
        ("!a == b", "((!a) == b)"),
        ("-a * ~b", "((-a) * (~b))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("*p->next", "(*p->next)"),
        ("&pmd.table->pte[addr % 4]", "(&pmd.table->pte[(addr % 4)])"),
        ("**pmd", "(*(*pmd))"),
        ("READ_ONCE(*pmd).table", "READ_ONCE((*pmd)).table"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a->b++ + --c", "((a->b++) + (--c))"),
        ('f(1, "two", NULL, true)', "f(1, 'two', NULL, true)"),
        ('f("one " "two")', "f('one two')"),
    ],
)
def test_operators_bind_as_in_c(text: str, grouped: str) -> None:
    assert expression(text) == grouped


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("(pte_t){ .kind = PTE_PRESENT, .page = p }", "(pte_t){.kind = PTE_PRESENT, .page = p}"),
        ("(struct s){ }", "(struct s){}"),
        ("kmalloc(struct page)", "kmalloc(struct page)"),
        ("kmalloc(struct page, .data = 7, .kind = A)", "kmalloc(struct page, .data = 7, .kind = A)"),
        ("kmalloc_freed(struct t, .f = 1)", "kmalloc_freed(struct t, .f = 1)"),
        ("container_of(head, struct ptdesc, rcu)", "container_of(head, struct ptdesc, rcu)"),
    ],
)
def test_types_stand_in_expressions_where_the_dialect_has_them(text: str, grouped: str) -> None:
    assert expression(text) == grouped


def test_a_parenthesised_name_is_a_value_unless_what_follows_makes_it_a_type() -> None:
    assert expression("(a) - b") == "(a - b)"
    assert expression("(a) * b") == "(a * b)"
    assert expression("(a)[1]") == "a[1]"
    assert mistakes("void f(void) { x = (u8)-1; }") == ["1:20 cast"]
    assert mistakes("void f(void) { x = (a)b; }") == ["1:20 cast"]


def test_the_span_of_an_expression_is_its_text_with_its_parentheses() -> None:
    text = "x = (a + b) * f(c)->d;"
    (statement,) = body(text)

    assert isinstance(statement, tree.ExprStmt)
    assert isinstance(statement.expr, tree.Assign)
    product = statement.expr.value
    assert isinstance(product, tree.Binary)
    assert product.span.text == "(a + b) * f(c)->d"
    assert product.left.span.text == "a + b"
    assert product.right.span.text == "f(c)->d"
    assert statement.span.text == text


def test_an_expression_in_the_middle_of_a_text_has_its_places_there() -> None:
    sink = Diagnostics()
    file = SourceFile("test.c", "LIMIT: 3 + 4, rest")

    value = parse_expression(file, sink, 7, 12)

    assert shape(value) == "(3 + 4)"
    assert value.span.text == "3 + 4"
    assert len(sink) == 0


def test_only_places_can_be_assigned_to() -> None:
    assert mistakes("void f(void) { a + 1 = 2; }") == ["1:16 not-a-place"]
    assert mistakes("void f(void) { g()++; }") == ["1:16 not-a-place"]
    assert mistakes("void f(void) { *p = q->r = s[1] = t; }") == []


# -- statements ------------------------------------------------------------------------------


def test_a_declaration_of_two_names_is_two_declarations_with_their_own_stars() -> None:
    first, second = body("pte_t *a, b = c;")

    assert isinstance(first, tree.Declare)
    assert isinstance(second, tree.Declare)
    assert (first.declarator.name, first.declarator.type.pointers, first.init) == ("a", 1, None)
    assert (second.declarator.name, second.declarator.type.pointers) == ("b", 0)
    assert isinstance(second.init, tree.Name)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("u8 x;", "u8"),
        ("unsigned long x;", "unsigned long"),
        ("long unsigned int x;", "unsigned long"),
        ("wrapping u8 x;", "wrapping u8"),
        ("enum kind x;", "enum kind"),
        ("struct page **x;", "struct page**"),
        ("pte_t *x = y;", "pte_t*"),
        ("spinlock_t *x[2];", "spinlock_t*"),
    ],
)
def test_a_type_is_recognised_without_knowing_which_names_are_types(text: str, type_: str) -> None:
    (statement,) = body(text)

    assert isinstance(statement, tree.Declare)
    assert shape(statement.declarator.type) == type_


def test_a_product_that_is_used_is_no_declaration() -> None:
    (statement,) = body("x = a * b;")

    assert isinstance(statement, tree.ExprStmt)


def test_else_belongs_to_the_nearest_if() -> None:
    (outer,) = body("if (a) if (b) x = 1; else x = 2;")

    assert isinstance(outer, tree.If)
    assert outer.other is None
    assert isinstance(outer.then, tree.If)
    assert outer.then.other is not None


def test_loops_have_their_parts() -> None:
    count, forever, wait, once = body(
        "for (int i = 0, j = 1; i < 2; i++, j++) ;\nfor (;;) { break; }\nwhile (x) continue;\ndo x = 1; while (y);"
    )

    assert isinstance(count, tree.For)
    assert [type(part) for part in count.init] == [tree.Declare, tree.Declare]
    assert isinstance(count.step, tree.Comma)
    assert isinstance(forever, tree.For)
    assert (forever.init, forever.test, forever.step) == ((), None, None)
    assert isinstance(wait, tree.While)
    assert isinstance(wait.body, tree.Continue)
    assert isinstance(once, tree.DoWhile)


def test_case_and_label_stand_as_statements() -> None:
    switch, label, leave = body("switch (x) { case A: case 2: y = 1; break; default: goto out; }\nout:\nreturn x;")

    assert isinstance(switch, tree.Switch)
    assert [type(s).__name__ for s in switch.body.body] == ["Case", "Case", "ExprStmt", "Break", "Case", "Goto"]
    last = switch.body.body[4]
    assert isinstance(last, tree.Case)
    assert last.value is None
    assert isinstance(label, tree.Label)
    assert label.name == "out"
    assert isinstance(leave, tree.Return)


def test_a_label_that_is_a_branch_takes_the_statement_behind_it_along() -> None:
    (branch,) = body("if (x) again: y = 1;")

    assert isinstance(branch, tree.If)
    assert isinstance(branch.then, tree.Block)
    assert [type(s) for s in branch.then.body] == [tree.Label, tree.ExprStmt]


def test_atomic_and_fuse_are_blocks() -> None:
    first, second = body("atomic { x = 1; }\nfuse { x = 2; }")

    assert isinstance(first, tree.Atomic)
    assert isinstance(second, tree.Atomic)
    assert (first.kind, second.kind) == ("atomic", "fuse")


@pytest.mark.parametrize(
    "text",
    [
        "pages_of (p, mm) {\n\tx = 1;\n}",
        "pages_of (p, mm) x = 1;",
        "pages_of (p, mm)\n\t\tx = 1;",
        "pages_of (p, mm)\n{\n\tx = 1;\n}",
        "for_each_page (p, mm)\n*p = 1;",
    ],
)
def test_a_call_with_a_statement_under_it_is_an_iterator(text: str) -> None:
    (statement,) = body(text)

    assert isinstance(statement, tree.ForEach)
    assert [shape(a) for a in statement.args] == ["p", "mm"]


def test_a_call_before_a_statement_that_is_not_indented_lacks_its_semicolon() -> None:
    assert mistakes("void f(void)\n{\n\tcheck(x)\n\ty = 1;\n}\n") == ["3:10 missing-semicolon"]


def test_a_function_may_be_called_like_an_iterator() -> None:
    (statement,) = body("for_each_page_done(p, mm);")

    assert isinstance(statement, tree.ExprStmt)
    assert shape(statement.expr) == "for_each_page_done(p, mm)"


def test_a_macro_of_the_same_file_is_an_iterator_whatever_its_body_looks_like() -> None:
    file = parsed("void f(void)\n{\n\teach (i)\n\t*p = 1;\n}\n#define each(i) for (i = 0; i < 3; i++)\n")

    function = file.decls[0]
    assert isinstance(function, toplevel.Function)
    assert isinstance(function.body.body[0], tree.ForEach)


def test_for_each_object_takes_a_variable_and_a_type() -> None:
    (statement,) = body("for_each_object (page, struct page) { }")

    assert isinstance(statement, tree.ForEachObject)
    assert statement.variable == "page"
    assert shape(statement.type) == "struct page"


# -- declarations ----------------------------------------------------------------------------


def test_a_struct_is_an_object_and_a_typedef_struct_a_word() -> None:
    file = parsed("struct page { bit_lock_t lock; u8 a, b; pte_t pte[4]; };\ntypedef struct { u8 kind; } pte_t;")

    object_, word = file.decls
    assert isinstance(object_, toplevel.Struct)
    assert isinstance(word, toplevel.Struct)
    assert (object_.name, object_.word) == ("page", False)
    assert [f.declarator.name for f in object_.fields] == ["lock", "a", "b", "pte"]
    assert len(object_.fields[3].declarator.dims) == 1
    assert (word.name, word.word) == ("pte_t", True)


def test_a_variable_may_stand_behind_its_struct() -> None:
    struct, variable = parsed("struct kvm { u8 seq; } vm = { .seq = 1 };").decls

    assert isinstance(struct, toplevel.Struct)
    assert isinstance(variable, toplevel.Global)
    assert shape(variable.declarator.type) == "struct kvm"


def test_enums_may_have_values_and_need_no_name() -> None:
    named, bare = parsed("enum scan { SUCCEED, NONE = 5, };\nenum { A = 1 << 2 };").decls

    assert isinstance(named, toplevel.Enum)
    assert isinstance(bare, toplevel.Enum)
    assert [(m.name, m.value is not None) for m in named.members] == [("SUCCEED", False), ("NONE", True)]
    assert bare.name is None


@pytest.mark.parametrize(
    ("text", "qualifiers"),
    [
        ("void f(void) { }", set()),
        ("static void f() { }", set()),
        ("static inline void f(void) { }", {"inline"}),
        ("__weak void f(void) { }", {"weak"}),
        ("void __weak f(void) { }", {"weak"}),
        ("atomic bool f(void) { return true; }", {"atomic"}),
        ("fuse struct page *f(void) { return NULL; }", {"fuse"}),
        ("static inline fuse u8 f(void) { return 1; }", {"inline", "fuse"}),
    ],
)
def test_functions_carry_their_qualifiers(text: str, qualifiers: set[str]) -> None:
    (function,) = parsed(text).decls

    assert isinstance(function, toplevel.Function)
    assert function.qualifiers == qualifiers
    assert function.params == ()


def test_a_function_has_a_result_and_named_parameters() -> None:
    (function,) = parsed("pte_t *lock(struct mm_struct *mm, spinlock_t **ptlp) { return NULL; }").decls

    assert isinstance(function, toplevel.Function)
    assert function.result is not None
    assert shape(function.result) == "pte_t*"
    assert [shape(p.declarator.type) for p in function.params] == ["struct mm_struct*", "spinlock_t**"]


def test_globals_may_be_ghosts_and_have_nested_initialisers() -> None:
    ghost, plain = parsed("ghost bool told;\nstruct mm A = { .mmap = { &V, [1] = &W }, .rss = { 0 } };").decls

    assert isinstance(ghost, toplevel.Global)
    assert isinstance(plain, toplevel.Global)
    assert ghost.ghost
    assert isinstance(plain.init, tree.InitList)
    assert shape(plain.init) == "{.mmap = {(&V), [1] = (&W)}, .rss = {0}}"


def test_directives_include_files_and_name_expressions() -> None:
    include, define = parsed('#include "mm/rmap.c"\n#define NONE ((pte_t){ .kind = 0 }) /* empty */\n').decls

    assert isinstance(include, toplevel.Include)
    assert include.path == "mm/rmap.c"
    assert include.path_span.text == '"mm/rmap.c"'
    assert isinstance(define, toplevel.Define)
    assert shape(define.value) == "(pte_t){.kind = 0}"


def test_an_iterator_macro_holds_its_for_as_a_template() -> None:
    (macro,) = parsed("#define each(vma, file) \\\n\tfor (vma = next(file, NULL); vma; vma = next(file, vma))\n").decls

    assert isinstance(macro, toplevel.Macro)
    assert (macro.name, macro.params) == ("each", ("vma", "file"))
    assert macro.template.step is not None
    assert shape(macro.template.step) == "(vma = next(file, vma))"
    assert isinstance(macro.template.body, tree.Empty)


def test_an_actor_has_a_number_a_title_a_setup_and_statements() -> None:
    cpu, device, event = parsed(
        'CPU(0, "khugepaged") {\n\tsetup { lock_page(&H); }\n\trun();\n}\nDEVICE("nic") { }\nEVENT("reuse") { run(); }'
    ).decls

    assert isinstance(cpu, toplevel.Actor)
    assert (cpu.kind, cpu.title) == ("CPU", "khugepaged")
    assert cpu.number is not None
    assert cpu.setup is not None
    assert len(cpu.setup.body) == 1
    assert len(cpu.body.body) == 1
    assert isinstance(device, toplevel.Actor)
    assert isinstance(event, toplevel.Actor)
    assert (device.kind, device.number, event.kind) == ("DEVICE", None, "EVENT")


def test_properties_pools_and_lock_order_are_read() -> None:
    text = """
    POOL(struct page, 4, "P");
    setup { x = 1; }
    always("one", x == 1);
    never("two", x == 2);
    sometimes("three", x == 3);
    finally("four", x == 4);
    finally { check(); }
    lock_order { mm_struct.mmap_lock; page.lock; }
    """

    pool, setup, *properties, final, order = parsed(text).decls

    assert isinstance(pool, toplevel.Pool)
    assert (pool.prefix, shape(pool.type), shape(pool.count)) == ("P", "struct page", "4")
    assert isinstance(setup, toplevel.Setup)
    assert [(p.kind, p.text) for p in properties if isinstance(p, toplevel.Property)] == [
        *(("always", "one"), ("never", "two"), ("sometimes", "three"), ("finally", "four")),
    ]
    assert isinstance(final, toplevel.Finally)
    assert isinstance(order, toplevel.LockOrder)
    assert [(c.struct, c.field) for c in order.classes] == [("mm_struct", "mmap_lock"), ("page", "lock")]


def test_a_file_keeps_the_captions_of_its_lines() -> None:
    assert parsed("void f(void)\n{\n\tlock();\t/* U7 */\n}\n").captions == {3: "U7"}


# -- going on after a mistake ----------------------------------------------------------------


def test_one_mistake_does_not_hide_the_next() -> None:
    text = "void f(void)\n{\n\tx = ;\n\tif (x == 1 {\n\t\ty = ;\n\t}\n}\n\nu8 = 3;\n\nCPU(0, 1) { }\n\nu8 z = ;\n"

    assert mistakes(text) == [
        *("3:6 expected-expression", "4:12 missing-parenthesis", "5:7 expected-expression"),
        *("9:4 expected-name", "11:8 expected-text", "13:8 expected-expression"),
    ]


def test_what_is_right_is_in_the_tree_in_spite_of_mistakes() -> None:
    sink = Diagnostics()

    file = parse(SourceFile("test.c", "u8 x = ;\nu8 y;\nvoid f(void) { g(; h(); }\nu8 z;"), sink)

    assert [type(d).__name__ for d in file.decls] == ["Global", "Function", "Global"]
    function = file.decls[1]
    assert isinstance(function, toplevel.Function)
    assert [s.span.text for s in function.body.body] == ["h();"]


def test_an_unclosed_brace_is_reported_where_it_opens_and_the_next_declaration_is_read() -> None:
    assert mistakes("void f(void)\n{\n\tif (x) {\n\t\ty = 1;\n}\n\nvoid g(void)\n{\n\tz = ;\n}\n") == [
        "3:9 unclosed-brace",
        "9:6 expected-expression",
    ]


def test_a_directive_that_is_given_up_costs_only_its_line() -> None:
    deep = "(" * 200 + "1" + ")" * 200

    assert mistakes(f"#define DEEP {deep}\nu8 x = ;\n") == ["1:62 limit-nesting", "2:8 expected-expression"]
