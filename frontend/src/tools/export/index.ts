import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'export',
  title: 'Pass this run on',
  summary: 'For a commit message, a mail, a slide or a test',
  group: 'share',
  order: 10,
  shape: 'sheet',
  load: () => import('./Export.svelte'),
};
