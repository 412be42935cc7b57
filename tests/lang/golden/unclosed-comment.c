u8 x;

/* what follows is lost
CPU(0, "counter") {
	x = 1;
}
