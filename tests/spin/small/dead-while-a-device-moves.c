/* Nobody lets the CPU go on, so what the device still does is no state of any run. */
u8 ready, count, noise;

CPU(0, "driver") { noise = 1; wait_until(ready == 9); }
DEVICE("counter") {
	for (;;) {
		wait_until(count < 3);
		count++;
		noise = 0;
	}
}
