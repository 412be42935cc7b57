/*---
variants:
  first:
    edit:
      - {in: edit-no-match.c, from: "if (x == 1) x = 3;", to: "x = 3;"}
      - {in: edit-no-match.c, from: "while (x)", to: ";"}
      - {in: edit-nomatch.c, from: "x", to: "y"}
---*/
u8 x;

CPU(0, "counter") {
	if (x == 1)		/* the first time */
		x = 2;
}
