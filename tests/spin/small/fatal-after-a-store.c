/* A step that ends the run has no successor, whatever it stored before; a property still sees what it stored. */
struct item { u8 data; };
struct item *head;
u8 mine, level = 1;

CPU(0, "follows") {
	level = 0;
	mine = level;
	head->data = 1;
}
CPU(1, "watches") { level++; }
never("zero: the level is zero", level == 0);
