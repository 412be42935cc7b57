u8 x;

CPU(0, "a ‮ b") {
	x = 1; /* [31m red */ x = 2;
}
