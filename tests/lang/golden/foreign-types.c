char letter;
unsigned int count;
long long far;
u32 wide;
size_t size;
atomic_t refs;
float ratio;
volatile u8 noisy;
static u8 __read_mostly fine;

static __always_inline void f(size_t n) { }

CPU(0, "counter") {
	static u8 calls;
	const u8 one = 1;
	register int i;
	void *p;
}
