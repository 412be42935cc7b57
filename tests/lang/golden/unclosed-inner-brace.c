u8 x;

void count(u8 limit)
{
	while (x < limit) {
		if (x == 2) {
			x = 4;
		x += 1;
	}
}

void twice(void)
{
	count(2);
}

CPU(0, "counter") { twice(); }
