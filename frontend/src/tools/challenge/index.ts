import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'challenge',
  title: 'Challenges',
  summary: 'Make each race happen by hand, with as few steps and switches as you can',
  group: 'learn',
  order: 30,
  shape: 'panel',
  load: () => import('./Challenges.svelte'),
};
