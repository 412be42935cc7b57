struct page { u8 data; };
POOL(struct page, 2, "P");
POOL(struct page, "Q");
POOL(struct page, 2, "2x");

CPU(0, "counter") {
	struct page *p = kmalloc(sizeof(*p), GFP_KERNEL);
	struct page *q = kmalloc(struct page, GFP_KERNEL);
	struct page *r = kmalloc(struct page, .data 7);
	p = container_of(q, data);
	for_each_object (struct page *, p)
		p->data = 1;
	kfree(p);
}
