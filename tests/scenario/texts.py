"""Small scenarios as text, for tests of what is done with scenarios."""

from racewalk.lang.bundle import Bundle

LOST = """\
/*---
dialect: 1
title: Is an update lost?
asks: lost-update
variants:
  plain: {expect: %(plain)s}
  locked: {define: {LOCKED: true}, expect: %(locked)s, reach: [%(reach)s]}
---*/
#define LOCKED false
u8 counter;
spinlock_t lock;
void increment(void)
{
	if (LOCKED) {
		spin_lock(&lock);
		cover("the lock was taken");
	}
	counter++;
	if (LOCKED)
		spin_unlock(&lock);
}
CPU(0, "first") { increment(); }
CPU(1, "second") { increment(); }
finally("lost-update: the counter is two", counter == 2);
"""


def lost(plain: str = "sometimes", locked: str = "never", reach: str = '"the lock was taken"') -> Bundle:
    """A counter that two CPUs increment, with and without a lock."""
    return bundle(LOST % {"plain": plain, "locked": locked, "reach": reach})


def bundle(text: str, path: str = "own.c") -> Bundle:
    return Bundle.of([(path, text)])


def expecting(expect: str, code: str, asks: str = "") -> Bundle:
    """One variant that expects something of some code."""
    return bundle(f"/*---\ntitle: t\n{asks}\nvariants:\n  v: {{expect: {expect}}}\n---*/\n{code}")
