/* What is a step: shared memory and operations. What nobody else touches is local work. */
u8 both, mine, fixed = 3;
ghost u8 told;
struct pair { u8 first, second; };
POOL(struct pair, 2, "Q");
struct pair *published;
typedef struct { u8 low; bool set; } word_t;
word_t word;

CPU(0, "writer") {
	struct pair *fresh = kmalloc(struct pair, .first = 1);
	word_t next = word;

	mine++;
	both = fixed + mine;
	fresh->second = 2;			/* W1 */
	published = fresh;			/* W2 */
	next.set = true;
	word = next;
	told = 1;
}
CPU(1, "reader") {
	struct pair *seen = READ_ONCE(published);
	u8 sum = 0;

	if (seen)
		sum = seen->first + seen->second;
	both += sum;
	if (word.set && both)
		atomic_inc(&both);
}
