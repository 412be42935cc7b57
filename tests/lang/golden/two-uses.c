/*--- file: two-uses.c ---*/
/*---
variants:
  first: {use: [lib/pages.v1.c, lib/pages.v2.c, lib/absent.c]}
---*/
CPU(0, "counter") { touch(); }
/*--- file: lib/pages.v1.c ---*/
void touch(void) { }
/*--- file: lib/pages.v2.c ---*/
void touch(void) { }
