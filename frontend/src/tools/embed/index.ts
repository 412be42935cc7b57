import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'embed',
  title: 'Embed',
  summary: 'Show this run in a blog, a wiki or slides, to be stepped through there',
  group: 'share',
  order: 20,
  shape: 'sheet',
  load: () => import('./Embed.svelte'),
};
