struct page {
	unsigned int flags : 4;
	union {
		u8 low;
		u16 all;
	};
	struct {
		u8 inner;
	} nested;
	u8 count = 1;
	u8 table[];
	const char *name;
	void *private;
	u8 good;
};

struct {
	u8 x;
} global;

struct list {
	struct list *next
	struct list *previous;
}
u8 y;
