/* atomic, fuse and wait_until are one step each; static inline stands at its call; two calls are told apart. */
spinlock_t lock;
u8 x, y;
bool go;

static inline void take(spinlock_t *l) { spin_lock(l); }
atomic u8 swap(u8 value) { u8 old = x; x = value; return old; }
void bump(void) { x++; }

CPU(0, "first") {
	take(&lock);
	fuse {
		x = 1;
		spin_unlock(&lock);
	}
	bump();
	if (swap(4) == 2)
		bump();
	wait_until(go && y == 1);
}
CPU(1, "second") {
	atomic {
		y = x;
		go = true;
	}
	if (false)
		x = 9;
	for (;;) {
		if (x)
			break;
	}
}
