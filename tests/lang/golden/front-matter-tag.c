/*---
title: !!python/object:os.system "echo"
---*/
CPU(0, "counter") { cover("done"); }
