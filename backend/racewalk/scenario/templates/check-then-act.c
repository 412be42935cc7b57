/*---
dialect: 1
title: Is what @NAME@ tests still true when it acts?
summary: Two CPUs look whether a slot is free, and take it if it is.
asks: taken-twice
variants:
  unlocked:
    summary: the test and the store are two steps
    expect: {taken-twice: sometimes}
    reach: ["the slot was free", "somebody came too late"]
  locked:
    summary: both under one spinlock
    define: {LOCKED: true}
    expect: never
    reach: ["the slot was free", "somebody came too late"]
  cmpxchg:
    summary: the test and the store as one instruction
    define: {ATOMIC: true}
    expect: never
    reach: ["the slot was free", "somebody came too late"]
---*/

/* Constants that a variant may set. */
#define LOCKED	false
#define ATOMIC	false

/* What is shared. */
u8 owner;					/* 0: the slot is free */
u8 takers;					/* how many believe that it is theirs */
spinlock_t lock;

bool take(u8 me)
{
	bool taken = false;

	if (ATOMIC)
		return cmpxchg(&owner, 0, me) == 0;
	if (LOCKED)
		spin_lock(&lock);
	if (owner == 0) {			/* here it is free */
		owner = me;			/* and here? */
		taken = true;
	}
	if (LOCKED)
		spin_unlock(&lock);
	return taken;
}

void try(u8 me)
{
	if (take(me)) {
		cover("the slot was free");
		atomic_inc(&takers);
	} else {
		cover("somebody came too late");
	}
}

/* Who runs. */
CPU(0, "first")  { try(1); }
CPU(1, "second") { try(2); }

/* What must be true at the end; the words before the colon name the finding. */
finally("taken-twice: one CPU has the slot", takers == 1);
