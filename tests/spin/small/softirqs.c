/* Two softirqs on one CPU, one that waits for its own CPU, readers of a rwlock, softirqs off and nested. */
spinlock_t lock;
rwlock_t table;
u8 raised, seen;

CPU(0, "task") { spin_lock(&lock); raised = 1; spin_unlock(&lock); local_bh_disable(); local_bh_disable(); seen = 1; local_bh_enable(); local_bh_enable(); }
CPU(1, "other") { write_lock(&table); synchronize_rcu(); seen = 2; write_unlock(&table); local_bh_enable(); }
SOFTIRQ(0, "takes the lock") { wait_until(raised); spin_lock(&lock); seen = 3; spin_unlock(&lock); }
SOFTIRQ(0, "reads") { for (;;) { wait_until(raised == 1); read_lock(&table); raised = 2; read_unlock(&table); } }
