spinlock_t lock;
u8 count;

CPU(0, "one") {
	guard(spinlock)(&lock);
	count++;
}
