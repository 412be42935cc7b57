u8 x;
u8 cоunt;

CPU(0, “counter”) {
	x = 1；
	x = 3 – 1;
	x = x × 2;
	if (x ≠ 2)
		cover(‘x’);
	x = x @ 2 $ 3;
	x = 4;
	x = é;
}
