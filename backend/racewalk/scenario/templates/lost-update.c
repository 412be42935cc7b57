/*---
dialect: 1
title: Does @NAME@ lose an update?      # the question; `racewalk check` answers it
summary: Two CPUs add one to the same counter.
asks: lost-update                       # the finding that the question is about
variants:
  plain:
    summary: a load and a store
    expect: {lost-update: sometimes}    # some schedule has it; what is not listed must never happen
  locked:
    summary: the same under a spinlock
    define: {LOCKED: true}
    expect: never
    reach: ["the lock was taken"]       # a cover that must be met, or the verdict would mean nothing
---*/

/* A constant that a variant may set. */
#define LOCKED	false

/* What is shared: globals, and the locks that protect them. */
u8 counter;
spinlock_t lock;

/* One access to shared memory is one step, and so is taking or releasing a lock. */
void increment(void)
{
	if (LOCKED) {
		spin_lock(&lock);
		cover("the lock was taken");
	}
	counter++;				/* a load and a store: two steps */
	if (LOCKED)
		spin_unlock(&lock);
}

/* Who runs. Every CPU must come to its end. */
CPU(0, "first")  { increment(); }
CPU(1, "second") { increment(); }

/* What must be true at the end; the words before the colon name the finding. */
finally("lost-update: the counter is two", counter == 2);
