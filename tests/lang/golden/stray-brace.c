u8 x;

CPU(0, "counter") {
	x = 1;
}
	x = 2;
}

CPU(1, "reader") {
	x = 3;
}
