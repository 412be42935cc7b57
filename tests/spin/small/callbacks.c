/* Two heads at once, a callback that queues again, readers of all three sorts. */
struct item { u8 n; struct rcu_head rcu; };
POOL(struct item, 2, "I");
struct item *p, *q;
spinlock_t lock;

setup { p = kmalloc(struct item, .n = 1); q = kmalloc(struct item, .n = 2); }
void release(struct rcu_head *head) { kfree(container_of(head, struct item, rcu)); }
void again(struct rcu_head *head) { call_rcu(head, release); }

CPU(0, "first") { call_rcu(&p->rcu, again); call_rcu(&q->rcu, release); }
CPU(1, "second") { rcu_read_lock(); if (p) p->n = 3; rcu_read_unlock(); }
CPU(2, "third") { spin_lock(&lock); synchronize_rcu(); spin_unlock(&lock); local_irq_disable(); local_irq_enable(); }
EVENT("reuse") { p = kmalloc_freed(struct item, .n = 4); }
