/*---
dialect: 1
title: Can the two CPUs of @NAME@ wait for each other for ever?
summary: Two CPUs take the same two locks, each in its own order.
asks: deadlock
variants:
  opposite:
    summary: one takes A and then B, the other B and then A
    expect: {deadlock: sometimes}
    reach: ["both locks are held"]      # a cover that must be met, or the verdict would mean nothing
  same:
    summary: both take A first
    define: {SAME_ORDER: true}
    expect: never
    reach: ["both locks are held"]
---*/

/* A constant that a variant may set. */
#define SAME_ORDER	false

/* What is shared. */
struct mutex A;
struct mutex B;
u8 moved;

void move(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	mutex_lock(second);
	cover("both locks are held");
	moved++;
	mutex_unlock(second);
	mutex_unlock(first);
}

/* Who runs. Every CPU must come to its end; who waits for ever is a deadlock. */
CPU(0, "first") { move(&A, &B); }
CPU(1, "second") {
	if (SAME_ORDER)
		move(&A, &B);
	else
		move(&B, &A);
}

finally("lost-update: both have moved something", moved == 2);
