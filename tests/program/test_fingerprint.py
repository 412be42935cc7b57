"""A link knows by the fingerprint whether the model behind it still means the same."""

import pytest
from racewalk.program.fingerprint import fingerprint as fingerprint_of

from tests.program.texts import program

TEXT = (
    """\
enum kind { NONE, SOME };
typedef struct { enum kind kind; u8 n; } w_t;
struct node { spinlock_t lock; w_t word; u8 v; struct rcu_head rcu; };
POOL(struct node, 2, "N");
struct node A;
u8 x;
lock_order { node.lock; node.lock2; }
setup { x = 1; }
CPU(0, "a") {
	setup { x = 2; }
	u8 local = x;
	assert(local == 2, "wrong: %d", local);
	atomic { x = local + 1; A.v = 1; }
	spin_lock(&A.lock);
	spin_unlock(&A.lock);
}
CPU(1, "b") { x = 5; A.v = 2; }
DEVICE("d") { for (;;) { x = 6; } }
always("small: x is small", x < 9);
finally { if (x == 1) report("one: %d", x); }
""".replace("node.lock2; ", "")
    .replace("struct node {", "struct node { spinlock_t outer;")
    .replace("lock_order { node.lock; }", "lock_order { node.outer; node.lock; }")
)


def fingerprint(text: str) -> str:
    return fingerprint_of(program(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("u8 local = x;", "/* a remark */\n\n\tu8   local =\n x; // more"),
        ("setup { x = 1; }", "void unused(void) { x = 3; }\nsetup { x = 1; }"),
        ('"wrong: %d"', '"wrong: it is %d"'),
        ('"small: x is small"', '"small: in other words"'),
        ("setup { x = 1; }", "#define UNUSED 1\nsetup { x = 1; }"),
    ],
)
def test_what_means_the_same_has_the_same_fingerprint(old: str, new: str) -> None:
    assert old in TEXT
    assert fingerprint(TEXT.replace(old, new, 1)) == fingerprint(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("local + 1", "local + 2"),
        ("u8 local", "int local"),
        ("u8 x;", "u16 x;".replace("u16", "unsigned long")),
        ("u8 x;", "wrapping u8 x;"),
        ("u8 x;", "u8 x = 1;"),
        ("setup { x = 1; }", "setup { x = 3; }"),
        ("setup { x = 2; }", "setup { x = 3; }"),
        ("atomic {", "fuse {"),
        ("atomic {", "{"),
        ("local == 2", "local == 3"),
        ('"wrong: %d"', '"other: %d"'),
        ('DEVICE("d")', 'EVENT("d")'),
        ('CPU(1, "b")', 'CPU(2, "b")'),
        ('POOL(struct node, 2, "N")', 'POOL(struct node, 1, "N")'),
        ("always(", "never("),
        ("x < 9", "x < 8"),
        ("small:", "tiny:"),
        ("if (x == 1)", "if (x == 2)"),
        ("{ node.outer; node.lock; }", "{ node.lock; node.outer; }"),
        ("NONE, SOME", "NONE, SOME, MORE"),
        ("u8 v;", "s8 v;"),
    ],
)
def test_what_means_something_else_has_another_fingerprint(old: str, new: str) -> None:
    assert old in TEXT
    assert fingerprint(TEXT.replace(old, new, 1)) != fingerprint(TEXT)
