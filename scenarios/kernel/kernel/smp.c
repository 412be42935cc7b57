/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An interrupt to every other CPU, and the wait until each has taken it.
 *
 * Linux:    v5.8 .. v6.14
 * Source:   kernel/smp.c (on_each_cpu with wait)
 * Left out: What the interrupt runs: its users here want only that it was taken.
 *
 * Two steps, sending and waiting, because in between a CPU that had its interrupts off may switch them
 * on and off again: it has taken the interrupt then.
 */
#include "linux/mm.h"

/* Sends it; gives those that have their interrupts off, one bit each. The others take it at once. */
atomic u8 send_to_all_others(void)
{
	u8 pending = 0;

	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if (cpu != smp_processor_id())
			if (!irqs_enabled(cpu))
				pending |= 1 << cpu;
	return pending;
}

bool somebody_takes_it(u8 pending)
{
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if ((pending >> cpu) & 1)
			if (irqs_enabled(cpu))
				return true;
	return false;
}

/* Waits until one of them, or several, have their interrupts on; gives those that are left. */
atomic u8 wait_for_some(u8 pending)
{
	wait_until(somebody_takes_it(pending));
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if ((pending >> cpu) & 1)
			if (irqs_enabled(cpu))
				pending &= ~(1 << cpu);
	return pending;
}

void smp_call_function_wait(void)
{
	u8 pending = send_to_all_others();

	while (pending)
		pending = wait_for_some(pending);
}
