/* Signs, shifts, divisions, widths, words. */
enum mood { SAD = -2, GOOD = 3 };
typedef struct { s8 small; s16 wide; enum mood mood; bool flag; } all_t;
u8 a = 7;
s16 b = -300;
wrapping u8 w = 250;
all_t all;

CPU(0, "computes") {
	int x = b / 7, y = b % 7, z = (b >> 3) ^ a;
	all_t mine = all;

	w = w + a;
	mine.small = x;
	mine.wide = y * a - z;
	mine.mood = a > 5 ? GOOD : SAD;
	mine.flag = a & 4;
	all = mine;
	b = 1 << a;
	b = a << 12;
}
CPU(1, "changes") {
	all_t old = all, new = old;

	a = 2;
	new.mood = SAD;
	cmpxchg(&all, old, new);
	w = 9;
	b = 100 / (a - 2);
}
finally("sad: somebody is sad", all.mood != SAD);
