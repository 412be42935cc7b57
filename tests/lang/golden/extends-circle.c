/*---
variants:
  first: {extends: third}
  second: {extends: first}
  third: {extends: second}
  fourth: {extends: fith}
---*/
CPU(0, "counter") { cover("done"); }
