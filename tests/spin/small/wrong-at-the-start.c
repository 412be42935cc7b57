/* Before anybody has moved, two properties fail already. */
u8 x;

CPU(0, "only") { u8 seen = x; x = seen + 1; }
CPU(1, "other") { x = 0; }
always("one: x is one", x == 1);
never("zero: x is zero", x == 0);
