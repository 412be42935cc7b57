seqlock_t table_lock;

SOFTIRQ(0, "timer") {
}

void smp_rmb(u8 x) { }

CPU(0, "counter") {
	smp_mb();
}
