/*---
variants:
  first: {define: {LIMIT: 3 +, LIMITS: 4, "NAME ": "5"}}
---*/
#define LIMIT 3
u8 x;

CPU(0, "counter") {
	x = LIMIT;
}
