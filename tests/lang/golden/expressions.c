u8 x;
u8 y;

CPU(0, "counter") {
	x = 3 = 4;
	x + 1 = 2;
	x = y ?: 2;
	x = +y;
	x = &&out;
	x = y +;
	x = (y;
	x = y[1;
	x = y.;
	f(x y);
	f(, x);
	x++ ++;
	x = int;
	else
		x = 1;
out:
	x = )y;
	x = 5;
}
