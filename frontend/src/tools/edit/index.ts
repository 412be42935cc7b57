import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'edit',
  title: 'Edit the code',
  summary: 'Change any file of this version, run it, and prove your fix',
  group: 'change',
  order: 10,
  shape: 'panel',
  spoils: true,
  load: () => import('./Edit.svelte'),
};
