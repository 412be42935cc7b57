import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'mine',
  title: 'My scenarios',
  summary: 'Begin one, paste one, and what this browser keeps',
  group: 'change',
  order: 20,
  shape: 'sheet',
  load: () => import('./Mine.svelte'),
};
