import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'branches',
  title: 'Branches',
  summary: 'Every way that was tried: go there, give it a name, compare',
  group: 'explain',
  order: 10,
  shape: 'panel',
  load: () => import('./Branches.svelte'),
};
