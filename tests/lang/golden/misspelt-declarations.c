#includ "linux/mm.h"
#defin LIMIT 3

sturct page {
	u8 data;
};

sturct page H;
statc inline u8 one(void) { return 1; }

setpu {
	H.data = 1;
}

CPPU(0, "counter") {
	H.data = one();
}

POL(struct page, 2, "P");

fnally {
	H.data = 2;
}
