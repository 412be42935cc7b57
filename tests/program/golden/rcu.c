/* RCU with its callback's actor, interrupts, choices, devices and events. */
struct node { u8 data; struct rcu_head rcu; };
POOL(struct node, 2, "N");
struct node *head;
setup { head = kmalloc(struct node, .data = 7); }
void free_node(struct rcu_head *rcu) { kfree(container_of(rcu, struct node, rcu)); }

CPU(0, "updater") {
	struct node *old = xchg(&head, NULL);

	if (old)
		call_rcu(&old->rcu, free_node);
	if (choose(2))
		synchronize_rcu();
}
CPU(1, "reader") {
	struct node *seen;

	local_irq_disable();
	rcu_read_lock();
	seen = READ_ONCE(head);
	if (seen)
		cover("seen");
	rcu_read_unlock();
	local_irq_enable();
}
DEVICE("poller") { for (;;) { if (finished(0)) break; } }
EVENT("reuse") { struct node *again = kmalloc_freed(struct node); kfree(again); }
