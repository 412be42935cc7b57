u8 x;
CPU(0, "counter") {
	x = 1;
