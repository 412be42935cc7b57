u8 x;

/*---
title: Can this be read?
---*/
CPU(0, "one") { x = 1; }
