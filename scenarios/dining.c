/*---
dialect: 1
title: Can three philosophers starve with a fork each in hand?
group: First steps
summary: Each needs two forks, and there are as many forks as philosophers.
story: |
  Three philosophers sit around a table with a fork between each two. To eat, one needs the forks on both sides. If all take
  the left fork first, there is a moment when each holds one and waits for the other: nobody can go on. It is
  enough that one of them takes the right fork first.
asks: deadlock
goals:
  - find: deadlock
    say: Let everybody wait for ever.
variants:
  in-order:
    summary: everybody takes the left fork first
    expect: {deadlock: sometimes}
  reversed-last:
    summary: the last one takes the right fork first
    define: {REVERSED_LAST: true}
    expect: never
    reach: ["somebody eats"]
notes:
  - at: "dine: spin_lock(&fork[second])"
    say: One fork is in the hand, and stays there until the other one is free.
---*/
#define N		3
#define REVERSED_LAST	false

spinlock_t fork[N];

void dine(int seat)
{
	int first = seat;
	int second = (seat + 1) % N;

	if (REVERSED_LAST && seat == N - 1) {
		first = 0;
		second = seat;
	}
	spin_lock(&fork[first]);
	spin_lock(&fork[second]);
	cover("somebody eats");
	spin_unlock(&fork[second]);
	spin_unlock(&fork[first]);
}

CPU(0, "first philosopher")  { dine(0); }
CPU(1, "second philosopher") { dine(1); }
CPU(2, "third philosopher")  { dine(2); }
