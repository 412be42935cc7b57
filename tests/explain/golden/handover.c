/* A lock, a wait, a pointer, a choice of what comes next. */
struct box { spinlock_t lock; u8 full; } A;
struct box *shared = &A;

CPU(0, "giver") { spin_lock(&A.lock); shared->full = 1; spin_unlock(&A.lock); shared = NULL; }
CPU(1, "taker") {
	struct box *mine;

	wait_until(A.full);
	mine = shared;
	if (mine)
		mine->full = 0;
}
finally("kept: the box is empty", !A.full);
