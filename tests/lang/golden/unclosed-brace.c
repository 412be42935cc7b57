u8 x;

void count(void)
{
	x = 1;
	x = 2;

CPU(0, "counter") {
	count();
}
