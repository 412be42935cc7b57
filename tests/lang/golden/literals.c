u8 x;

CPU(0, "counter") {
	x = 'a';
	x = 010;
	x = 1.5;
	x = 3e2;
	x = 0b12;
	x = 12ab;
	x = 99999999999999999999999;
	x = "text";
	assert(x == 1, "bad \q escape");
	assert(x == 1, "open);
	x = 2;
	x = 'ab;
}
