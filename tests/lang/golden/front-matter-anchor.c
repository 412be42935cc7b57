/*---
variants:
  first: &plain {expect: never}
  second: *plain
---*/
CPU(0, "counter") { cover("done"); }
