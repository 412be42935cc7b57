/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An interrupt to every other CPU, and the wait until each has taken it.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   kernel/smp.c (on_each_cpu with wait)
 * Left out: What the interrupt runs: its users here want only that it was taken.
 *
 * Two steps, sending and waiting, because in between a CPU that had its interrupts off may switch them
 * on and off again: it has taken the interrupt then.
 */
#include "linux/mm.h"

bool one_of_them_takes_it(u8 mask)
{
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if ((mask >> cpu) & 1)
			if (irqs_enabled(cpu))
				return true;
	return false;
}

void smp_call_function_wait(void)
{
	u8 mask = 0;

	atomic {				/* a CPU with interrupts on takes it at once */
		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			if (cpu != smp_processor_id())
				if (!irqs_enabled(cpu))
					mask |= 1 << cpu;
	}
	while (mask) {				/* the others as they come, in any order */
		atomic {
			wait_until(one_of_them_takes_it(mask));
			for (int cpu = 0; cpu < NR_CPUS; cpu++)
				if ((mask >> cpu) & 1)
					if (irqs_enabled(cpu))
						mask &= ~(1 << cpu);
		}
	}
}
