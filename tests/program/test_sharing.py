"""What is a step: the accesses of memory that one actor writes and another touches, and all operations."""

import pytest
from racewalk.explore.search import search

from tests.program.texts import labels, model, program, steps

OTHER = 'CPU(1, "other") { shared = 2; }\n'


def test_only_what_one_writes_and_another_touches_is_a_step() -> None:
    text = """\
u8 shared, mine, constant;
CPU(0, "a") { mine = constant; shared = mine; mine = shared; }
CPU(1, "b") { shared = constant; }
"""
    assert labels(text) == ["a: shared = mine", "a: shared"]
    assert labels(text, 1) == ["b: shared = constant"]


def test_what_both_only_read_is_local_work() -> None:
    assert labels('u8 x;\nCPU(0, "a") { x; }\nCPU(1, "b") { x; }\n') == []


def test_a_ghost_that_two_touch_is_a_step_like_any_variable() -> None:
    assert labels('ghost u8 g;\nCPU(0, "a") { g = 1; }\nCPU(1, "b") { g; }\n') == ["a: g = 1"]


def test_fields_are_told_apart_by_name_and_not_by_object() -> None:
    text = """\
struct s { u8 a, b; } X, Y;
CPU(0, "a") { X.a = 1; X.b = 1; }
CPU(1, "b") { Y.a = 2; }
"""
    assert labels(text) == ["a: X.a = 1"]


def test_words_of_one_type_are_one_class_wherever_they_lie() -> None:
    text = """\
typedef struct { u8 v; } w_t;
struct s { w_t one; } X;
w_t other;
CPU(0, "a") { X.one = (w_t){ .v = 1 }; }
CPU(1, "b") { other; }
"""
    assert labels(text) == ["a: X.one = (w_t){ .v = 1 }"]


@pytest.mark.parametrize(
    ("declared", "follow"),
    [
        ("u8 *pointer;\nsetup { pointer = &x; }\n", "*pointer"),
        ("u8 *pointer = &x;\n", "*pointer"),
        ("struct h { u8 *p[2]; } H = { .p = { NULL, &x } };\n", "*H.p[1]"),
    ],
)
def test_a_scalar_reached_through_a_pointer_is_the_one_whose_address_was_taken(declared: str, follow: str) -> None:
    text = f'u8 x;\n{declared}CPU(0, "a") {{ {follow} = 1; }}\nCPU(1, "b") {{ x; }}\n'

    assert labels(text) == [f"a: {follow} = 1"]
    assert labels(text, 1) == ["b: x"]


def test_an_address_that_the_text_fixes_leads_to_its_place_and_to_no_other() -> None:
    text = """\
u8 x, y;
void set(u8 *place) { *place = 1; }
CPU(0, "a") { set(&x); set(&y); }
CPU(1, "b") { x; }
"""
    assert labels(text) == ["set: *place = 1"]


def test_kfree_writes_every_field_also_of_the_objects_inside() -> None:
    text = """\
struct link { u8 next; };
struct node { struct link link; u8 own; spinlock_t lock; };
POOL(struct node, 2, "N");
CPU(0, "a") { kfree(&N0); }
CPU(1, "b") { N1.link.next; N1.own; }
"""
    assert "W link.next" in steps(text)[0].footprint
    assert labels(text, 1) == ["b: N1.link.next", "b: N1.own"]


def test_setup_and_initialisers_are_no_shared_writes() -> None:
    text = """\
struct node { u8 v; };
POOL(struct node, 2, "N");
u8 x = 1;
setup { x = 2; }
CPU(0, "a") { setup { x = 3; } kmalloc(struct node, .v = x); }
CPU(1, "b") { x; N0.v; }
"""
    assert labels(text) == ["a: kmalloc(struct node, .v = x)"]
    assert labels(text, 1) == []


def test_checks_are_no_accesses() -> None:
    text = 'u8 shared;\nCPU(0, "a") { assert(shared == 0, "x: %d", shared); WARN_ON(shared); shared = 1; }\n' + OTHER
    assert labels(text) == ["a: shared = 1"]


def test_the_life_of_an_object_is_shared_by_who_frees_and_who_asks() -> None:
    text = """\
struct node { u8 v; };
POOL(struct node, 2, "N");
CPU(0, "a") { is_live(&N0); for_each_object (n, struct node) ; }
CPU(1, "b") { kfree(&N0); }
"""
    assert [step.footprint for step in steps(text)] == [("R life of node",)] * 3


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("spin_lock(&l);", "lock"),
        ("spin_trylock(&l);", "lock"),
        ("spin_unlock(&l);", "unlock"),
        ("down_read(&s);", "lock"),
        ("up_read(&s);", "unlock"),
        ("downgrade_write(&s);", "lock"),
        ("bit_lock(&b);", "lock"),
        ("rcu_read_lock();", "rcu"),
        ("local_irq_disable();", "irq"),
        ("kmalloc(struct node);", "alloc"),
        ("kfree(&N0);", "free"),
        ("choose(2);", "choose"),
        ("wait_until(1);", "wait"),
        ("finished(0);", "load"),
        ("irqs_enabled(0);", "load"),
        ("atomic { spin_trylock(&l); }", "block"),
    ],
)
def test_an_operation_is_a_step_even_if_nobody_else_does_one(operation: str, kind: str) -> None:
    text = f"""\
struct node {{ u8 v; }};
POOL(struct node, 1, "N");
spinlock_t l; struct rw_semaphore s; bit_lock_t b;
CPU(0, "a") {{ {operation} }}
"""
    assert [step.kind for step in steps(text)] == [kind]


def test_synchronize_rcu_is_two_steps_of_which_the_second_waits() -> None:
    found = steps('CPU(0, "a") { synchronize_rcu(); }\n')
    assert [(step.kind, step.blocks) for step in found] == [
        ("wait", None),
        ("wait", "until the noted readers have left"),
    ]


def test_a_dead_branch_is_dropped_with_all_that_it_shares() -> None:
    text = """\
#define OFF false
u8 shared;
CPU(0, "a") { if (OFF) shared = 1; else if (!OFF && true) ; while (OFF) shared = 2; }
CPU(1, "b") { shared; }
"""
    assert labels(text) == []
    assert labels(text, 1) == []


def test_a_label_in_a_dead_branch_can_still_be_reached() -> None:
    text = 'u8 shared;\nCPU(0, "a") { goto in; if (0) { in: shared = 1; } }\n' + OTHER
    assert labels(text) == ["a: shared = 1"]


# -- blocks that are one step -------------------------------------------------------------------------


def test_a_block_is_one_step_however_much_it_touches() -> None:
    body = "atomic { spin_lock(&l); shared++; shared++; } spin_unlock(&l);"
    found = steps(f'u8 shared;\nspinlock_t l;\nCPU(0, "a") {{ {body} }}\n' + OTHER)
    assert [step.label for step in found] == ["a: atomic { spin_lock(&l); ... }", "a: spin_unlock(&l)"]
    assert found[0].footprint == ("L l", "R shared", "W shared")
    assert found[0].blocks == "while l is held"


def test_a_block_of_local_work_is_no_step() -> None:
    assert labels('u8 mine;\nCPU(0, "a") { atomic { mine = 1; } fuse { mine = 2; } }\n') == []


def test_a_fuse_that_is_cut_is_what_is_in_it_and_an_atomic_in_it_stays() -> None:
    text = 'u8 shared;\nCPU(0, "a") { fuse { shared = 1; atomic { shared = 2; shared = 3; } } }\n' + OTHER
    assert len(steps(text)) == 1
    assert [step.kind for step in steps(text, cut_fuses=True)] == ["store", "block"]


def test_a_block_inside_another_belongs_to_the_outer_step() -> None:
    text = 'u8 shared;\nCPU(0, "a") { atomic { shared = 1; fuse { shared = 2; atomic { shared = 3; } } } }\n' + OTHER
    assert len(steps(text)) == 1


def test_the_body_of_an_atomic_function_is_one_step_but_its_arguments_are_not() -> None:
    text = """\
u8 shared, mine;
atomic u8 both(u8 value) { shared = value; return shared; }
CPU(0, "a") { mine = both(shared + 1); }
CPU(1, "b") { shared = 2; }
"""
    assert [(step.label, step.kind) for step in steps(text)] == [
        ("a: shared", "load"),
        ("a: both(shared + 1)", "block"),
    ]


def test_who_leaves_a_block_early_does_nothing_more_in_its_step() -> None:
    text = """\
u8 shared;
u8 f(void) { atomic { if (shared) return 1; shared = 1; } shared = 2; return 0; }
CPU(0, "a") { f(); shared = 3; }
CPU(1, "b") { shared; }
"""
    assert [step.text for step in steps(text)] == ["atomic { if (shared) ... }", "shared = 2", "shared = 3"]


def test_a_wait_is_one_step_with_its_condition() -> None:
    text = 'u8 shared;\nCPU(0, "a") { wait_until(shared == 1 || shared == 2); }\n' + OTHER
    found = steps(text)
    assert [(step.kind, step.blocks) for step in found] == [("wait", "until shared == 1 || shared == 2")]


@pytest.mark.parametrize("access", ["word.b", "READ_ONCE(word.b)", "pointer->b", "READ_ONCE(pointer->b)"])
def test_a_field_of_a_word_in_memory_is_read_with_the_whole_word(access: str) -> None:
    text = f"""\
typedef struct {{ u8 a, b; }} w_t;
w_t word = {{ .b = 3 }}, *pointer = &word;
u8 got;
CPU(0, "a") {{ got = {access}; assert(got == 3, "got: %d", got); }}
CPU(1, "b") {{ wait_until(finished(0)); word = (w_t){{ .b = 4 }}; }}
"""
    (step,) = steps(text)
    assert (step.kind, step.footprint) == ("load", ("R w_t",))
    assert search(model(text)).found == ()


def test_a_place_is_followed_once_however_it_is_changed() -> None:
    text = """\
struct node { struct node *next; u8 v; };
struct node A = { .next = &B }, B;
CPU(0, "a") { A.next->v += 1; A.next->v++; ++A.next->v; }
CPU(1, "b") { A.next = NULL; B.v = 1; }
"""
    assert [step.kind for step in steps(text)] == ["load", "load", "store"] * 3


def test_a_step_tells_what_its_line_says_in_a_comment_behind_it() -> None:
    text = 'u8 shared;\nCPU(0, "a") {\n\tshared = 1;\t/* V9 */\n\tshared = 2;\n}\n' + OTHER
    assert [step.caption for step in steps(text)] == ["V9", None]


def test_rcu_is_an_actor_as_soon_as_a_callback_is_queued_anywhere() -> None:
    text = """\
struct node { u8 v; struct rcu_head rcu; };
POOL(struct node, 1, "N");
void gone(struct rcu_head *head) { kfree(container_of(head, struct node, rcu)); }
CPU(0, "a") { setup { struct node *n = kmalloc(struct node); call_rcu(&n->rcu, gone); } }
"""
    found = program(text)
    assert [actor.info.kind for actor in found.actors] == ["cpu", "rcu"]
    assert [step.text for step in found.actors[1].steps] == [
        "a grace period ends",
        "kfree(container_of(head, struct node, rcu))",
    ]
