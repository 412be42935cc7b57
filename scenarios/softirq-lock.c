/*---
dialect: 1
title: Is spin_lock() enough against a timer?
group: First steps
summary: A task and the timer of its own CPU count under the same spinlock.
story: |
  A softirq such as a timer runs on the CPU that it interrupts. If it comes while the task there holds the lock, it spins for
  a lock whose holder cannot go on before the softirq is done. spin_lock_bh() keeps softirqs of the own CPU out while the lock is held.
  A task on another CPU needs no such care: its own softirqs never take the lock, and this timer spins until it is free.
asks: deadlock
goals:
  - find: deadlock
    say: Let the timer wait for the task that it interrupts.
variants:
  spin_lock:
    summary: the task takes the lock, and softirqs stay on
    expect: {deadlock: sometimes}
  spin_lock_bh:
    summary: the task switches softirqs off first
    define: {BH: true}
    expect: never
    reach: ["the timer counts"]
  unlocked:
    summary: the timer takes no lock
    define: {TIMER_LOCKS: false}
    asks: lost-update
    expect: {lost-update: sometimes}
sources:
  - {file: Documentation/kernel-hacking/locking.rst}
---*/
#define BH		false
#define TIMER_LOCKS	true

spinlock_t lock;
u8 count;
bool timer_done;

void count_in_task(void)
{
	if (BH)
		spin_lock_bh(&lock);
	else
		spin_lock(&lock);
	count++;
	if (BH)
		spin_unlock_bh(&lock);
	else
		spin_unlock(&lock);
}

CPU(0, "task") { count_in_task(); }

CPU(1, "task elsewhere")
{
	spin_lock(&lock);
	count++;
	spin_unlock(&lock);
}

SOFTIRQ(0, "timer")
{
	if (TIMER_LOCKS)
		spin_lock(&lock);
	count++;
	if (TIMER_LOCKS)
		spin_unlock(&lock);
	timer_done = true;
	cover("the timer counts");
}

finally("lost-update: everybody who counted is counted", count == (timer_done ? 3 : 2));
