/*---
variants:
  first: {edit: [{in: edit-ambiguous.c, from: "x = 2;", to: "x = 3;"},
                 {in: edit-ambiguous.c, from: "x == 1", to: "x == 2"}, {in: edit-ambiguous.c, from: "(x ==", to: "(x <"}]}
---*/
u8 x;

CPU(0, "counter") {
	x = 2;
	if (x == 1)
		x = 2;
}
