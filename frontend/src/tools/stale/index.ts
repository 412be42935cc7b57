import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'stale',
  title: 'What was read, and is no longer true',
  summary: 'Each look at shared memory, how long it was relied on, and since when it was out of date',
  group: 'explain',
  order: 5,
  shape: 'panel',
  spoils: true,
  load: () => import('./StaleReads.svelte'),
};
