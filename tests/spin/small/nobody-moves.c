/* All is said of the first state. */
u8 x;

CPU(0, "idle") { }
finally("one: x is one", x == 1);
finally { report("end: here it ends"); }
