u8 x;

CPU(0, "counter") {
	touch(x)
	x = 1;
	for_each_page (x, y)
		x = 2;
	touch(x) {
		x = 3;
	}
	touch(x)
		x = 4;
	for_each_object (p)
		x = 5;
}
