/* A fuse that waits in its middle for what it found before, a choice, trylocks, locks found through a pointer. */
struct box { spinlock_t lock; struct rw_semaphore sem; bit_lock_t bit; u8 n; } one, two;
lock_order { box.sem; box.lock; }
u8 turns;

fuse void both(struct box *first, struct box *second)
{
	turns = turns + 1;
	spin_lock(&first->lock);
	if (first->n) {
		spin_lock(&second->lock);
		spin_unlock(&second->lock);
	}
	first->n = turns;
}
CPU(0, "a") {
	struct box *mine = choose(2) ? &one : &two;

	both(mine, mine == &one ? &two : &one);
	if (down_write_trylock(&mine->sem))
		downgrade_write(&mine->sem);
	spin_unlock(&mine->lock);
	up_read(&mine->sem);
}
CPU(1, "b") { spin_lock(&two.lock); down_read(&two.sem); bit_lock(&two.bit); spin_unlock(&two.lock); up_read(&two.sem); }
CPU(2, "c") { one.n = 0; if (bit_trylock(&two.bit)) bit_unlock(&two.bit); wait_until(finished(1)); turns = 7; }
