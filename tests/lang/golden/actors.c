u8 x;

CPU("no number") {
	x = 1;
}

CPU(0, first) {
	x = 1;
}

DEVICE(1, "numbered") {
	x = 1;
}

EVENT("") {
	x = 1;
	setup { x = 2; }
}

CPU(1, "third");

x = 3;
check(x);
if (x)
	x = 1;
atomic {
	x = 2;
}
main() { }
