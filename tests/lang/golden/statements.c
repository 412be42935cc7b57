u8 x;

CPU(0, "counter") {
	if x == 1
		x = 2;
	while x < 3 {
		x += 1;
	}
	if (x == 1)
		u8 y = 2;
	switch (x)
		x = 3;
	switch (x) {
	case 1 ... 3:
		x = 4;
	case 5;
		x = 6;
	}
	do {
		x = 1;
	} until (x);
	goto *x;
	goto 5;
	if (x) {
		x = 1;
	} else
}

CPU(1, "second") {
	for (x = 0, x < 3, x++) {
		x = 2;
	}
	fuse x = 1;
	x = 7;
}
