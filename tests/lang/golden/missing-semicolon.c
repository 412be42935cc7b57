u8 x;
u8 y

CPU(0, "first") {
	x = 1
	y = 2;
	if (x == 1)
		return
}

CPU(1, "second") {
	u8 seen = x
	y = seen;
	x = 3 y = 4;
	cover("done")
}
