/* An object is freed while RCU still has its head; and one that it has not. */
struct box { u8 data; struct rcu_head rcu; };
POOL(struct box, 2, "B");
struct box *first, *second;
u8 turn;

void free_box(struct rcu_head *head) { kfree(container_of(head, struct box, rcu)); }

setup {
	first = kmalloc(struct box);
	second = kmalloc(struct box);
}
CPU(0, "impatient") {
	call_rcu(&first->rcu, free_box);
	kfree(second);
	turn = 1;
	if (turn == 2)
		kfree(first);
}
CPU(1, "reader") {
	rcu_read_lock();
	turn = 2;
	rcu_read_unlock();
}
