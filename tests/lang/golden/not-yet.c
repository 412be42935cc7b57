rwlock_t table_lock;
struct mutex m;
struct completion done;

SOFTIRQ(0, "timer") {
	mutex_lock(&m);
}

void wake_up(u8 x) { }

CPU(0, "counter") {
	read_lock(&table_lock);
	smp_mb();
	complete(&done);
}
