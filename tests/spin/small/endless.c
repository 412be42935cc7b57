/* A loop on local data comes to no step. */
u8 x;

CPU(0, "loops") {
	u8 i = 0, seen = x;

	while (seen == 1)
		i = 1 - i;
	x = 0;
}
CPU(1, "stores") { x = 1; }
