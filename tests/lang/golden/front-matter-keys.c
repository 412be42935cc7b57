/*---
dialect: 2
titel: What happens?
expect: never
asks: [lost-pte]
sources: [{comit: 1d65b771bc08}, {commit: a, lkml: b}]
goals: [{find: lost-pte}]
notes: [{at: "x = 1", say: "here", variants: [secnd]}]
variants:
  first: {use: mm/rmap.c, expects: never}
  second: {expect: nevr, define: {LIMIT: [1]}, edit: [{in: front-matter-keys.c, from: "", to: "x"}]}
  "third one": {}
  fourth: {use: [../rmap.c], reach: words}
  fifth: [never]
---*/
u8 x;
CPU(0, "counter") { x = 1; }
