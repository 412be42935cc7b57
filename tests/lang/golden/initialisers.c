struct page { u8 data[4]; u8 kind; };
struct page A = { .data[0] = 1 };
struct page B = { data: 1 };
struct page C = { .data = { [0 ... 3] = 1 } };
struct page D = { .data = { 1 2 }, .kind = 3 };
struct page E = { .kind 3 };
struct page F = { .kind = 3;
struct page G = { .kind = 3 };
u8 x = { };

CPU(0, "counter") {
	x = { 1 };
}
