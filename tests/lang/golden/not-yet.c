seqlock_t table_lock;

void smp_rmb(u8 x) { }

CPU(0, "counter") {
	smp_mb();
}
