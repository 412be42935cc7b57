/*---
title: What happens?

CPU(0, "counter") { cover("done"); }
