/*---
dialect: 1
title: Do two increments always count as two?
group: First steps
summary: Two CPUs add one to the same counter.
story: |
  Two CPUs each add one to a counter, so it should be two in the end. But "add one" is a load and a store: whoever stores last
  wipes out what the other stored since the load. A lock around both, or one instruction that does both at once, helps.
asks: lost-update
goals:
  - find: lost-update
    say: Let one increment get lost.
variants:
  plain:
    summary: counter++ as C has it, a load and a store
    expect: {lost-update: sometimes}
  locked:
    summary: the same under a spinlock
    define: {LOCKED: true}
    expect: never
  atomic:
    summary: one atomic instruction
    define: {ATOMIC: true}
    expect: never
notes:
  - at: "increment: counter++"
    variants: [plain, locked]
    say: It stores one more than what it loaded, whatever the counter is by now.
---*/
#define LOCKED	false
#define ATOMIC	false

u8 counter;
spinlock_t lock;

void increment(void)
{
	if (LOCKED)
		spin_lock(&lock);
	if (ATOMIC)
		atomic_inc(&counter);
	else
		counter++;
	if (LOCKED)
		spin_unlock(&lock);
}

CPU(0, "first")  { increment(); }
CPU(1, "second") { increment(); }

finally("lost-update: the counter is two", counter == 2);
