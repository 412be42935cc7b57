/*---
variants:
  first: {edit: [{in: x.c, from: "x = 1; /* one */", to: ";"}]}
---*/
CPU(0, "counter") { cover("done"); }
