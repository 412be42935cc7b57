u8 x;

CPU(0, "counter") {
	if (x == 1 {
		x = 2;
	}
	while ((x < 3) x = x + 1;
	x = (x + 1;
	cover("done";
	for (int i = 0; i < 3; i++ {
		x = i;
	}
	x = 5;
}
