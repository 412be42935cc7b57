import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'map',
  title: 'Progress map',
  summary: 'Two actors against each other: where the race is still ahead, and where it is out of reach',
  group: 'explain',
  order: 30,
  shape: 'panel',
  spoils: true,
  load: () => import('./Map.svelte'),
};
