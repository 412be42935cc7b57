struct page { u8 data; };
struct page P;

CPU(0, "counter") {
	struct page *p = (struct page *)NULL;
	u8 x = (u8)-1;
	u16 y = (unsigned long)x + (pteval_t)x;
	x = sizeof(struct page);
	x = sizeof P;
	p = (page_t *)p;
	x = ({ u8 z = 1; z; });
	x = typeof(x);
}
