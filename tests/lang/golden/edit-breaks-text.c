/*---
variants:
  first: {edit: [{in: edit-breaks-text.c, from: "if (x == 1) x = 2;", to: "if (x == 1 x = 2;"}]}
---*/
u8 x;

CPU(0, "counter") {
	if (x == 1)
		x = 2;
}
