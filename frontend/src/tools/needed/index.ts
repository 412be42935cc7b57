import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'needed',
  title: 'What is needed here?',
  summary: 'Leave out one lock, test or call at a time, and see what goes wrong',
  group: 'explain',
  order: 20,
  shape: 'sheet',
  spoils: true,
  load: () => import('./Needed.svelte'),
};
