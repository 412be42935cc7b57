import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'mail',
  title: 'The mail',
  summary: 'The mail that this began with, point by point, each tied to the steps that it is about',
  group: 'learn',
  order: 10,
  shape: 'panel',
  spoils: true,
  load: () => import('./Mail.svelte'),
};
