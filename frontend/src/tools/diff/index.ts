import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'diff',
  title: 'Compare two versions',
  summary: 'Their code side by side, and where the run parts',
  group: 'explain',
  order: 10,
  shape: 'sheet',
  spoils: true,
  load: () => import('./Diff.svelte'),
};
