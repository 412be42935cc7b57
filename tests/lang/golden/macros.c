#define LIMIT
#define EMPTY_SEMICOLON 3;
#define TWICE(x) ((x) * 2)
#define LOCK spin_lock(&lock); y = 1
#define LOOP do { x = 1; } while (0)
#define WIDE unsigned long
#define each(i, i) for (i = 0; i < 3; i++) {
#define each_of(i...) for (i = 0; i < 3; i++)

CPU(0, "counter") {
#define INSIDE 1
	cover("done");
}
