struct page;
u8 twice(u8 value);
extern u8 counter;
void unnamed(struct page *, u8);
int printk(const char *format, ...)
{
	return 0;
}
