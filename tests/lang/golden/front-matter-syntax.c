/*---
title: a: b
variants: {first: {expect: never}
---*/
CPU(0, "counter") { cover("done"); }
