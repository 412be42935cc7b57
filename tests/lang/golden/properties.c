u8 x;
struct page { spinlock_t lock; };

always(x == 1, "x is one");
never("x is two" x == 2);
sometimes("", x == 3);
finally("x is four");
finally(x == 4);
lock_order { page.lock > page.lock; }
lock_order { page->lock; }
lock_order { page.lock, page.lock }

CPU(0, "counter") {
	x = 1;
}
