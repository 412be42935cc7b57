/* A computed number that stands where a wider temporary stood: all of its bytes are written. */
int hub = 1;
u16 x = 1;
CPU(0, "cpu 0") {
	hub--;
	x = 65535;
}
CPU(1, "cpu 1") {
	hub = (x != hub ? 0 : 1);
}
