/*---
dialect: 1
title: Is it enough to wake one of those who wait?
group: First steps
summary: Producers and consumers share one buffer and one wait queue, and each operation wakes one waiter.
story: |
  Whoever finds the buffer full or empty queues up and sleeps; whoever has put or taken something wakes one of those in the
  queue. One queue serves both sides, so a producer may wake another producer, who looks, finds the buffer still full and
  sleeps again. The wake-up is used up, and the consumer whom it should have reached sleeps on. With room for n items this
  can end with everybody asleep as soon as more than 2n producers and consumers work on the buffer.
asks: deadlock
goals:
  - find: deadlock
    say: Put everybody to sleep.
variants:
  three-for-one:
    summary: one producer, two consumers, room for one item
    expect: {deadlock: sometimes}
    note: Twice the room is less than three.
  two-for-one:
    summary: a consumer fewer
    define: {CONSUMERS: 1, EACH: 3}
    expect: never
    reach: ["a consumer sleeps", "a producer sleeps"]
  room-for-two:
    summary: room for two items
    define: {ROOM: 2}
    expect: never
    reach: ["a consumer sleeps"]
  wake-all:
    summary: each operation wakes everybody
    define: {WAKE_ALL: true}
    expect: never
    reach: ["a consumer sleeps"]
notes:
  - at: "wake_one: wake_up(&queue)"
    say: Which of those in the queue it is, nobody here can know.
    variants: [three-for-one, two-for-one, room-for-two]
sources:
  - {paper: "M. Kuppe: BlockingQueue, a tutorial of TLA+"}
---*/
#define ROOM		1
#define CONSUMERS	2
#define EACH		2	/* items for each consumer */
#define WAKE_ALL	false

struct mutex lock;
wait_queue_head_t queue;
u8 used;

/* Under the lock, so that nobody can see it half done. */
fuse bool try_put(void) { if (used == ROOM) return false; used++; return true; }
fuse bool try_take(void) { if (!used) return false; used--; return true; }

void sleep(void)
{
	prepare_to_wait_exclusive(&queue);
	mutex_unlock(&lock);
	schedule();
	mutex_lock(&lock);
}

void wake_one(void)
{
	if (WAKE_ALL)
		wake_up_all(&queue);
	else
		wake_up(&queue);
}

void put(void)
{
	mutex_lock(&lock);
	while (!try_put()) {
		cover("a producer sleeps");
		sleep();
	}
	wake_one();
	mutex_unlock(&lock);
}

void take(void)
{
	mutex_lock(&lock);
	while (!try_take()) {
		cover("a consumer sleeps");
		sleep();
	}
	wake_one();
	mutex_unlock(&lock);
}

void put_some(u8 items)  { for (; items > 0; items--) put(); }
void take_some(u8 items) { for (; items > 0; items--) take(); }

CPU(0, "producer")		{ put_some(EACH * CONSUMERS); }
CPU(1, "consumer")		{ take_some(EACH); }
CPU(2, "second consumer")	{ take_some(CONSUMERS == 2 ? EACH : 0); }

finally("left-over: the buffer is empty", used == 0);
