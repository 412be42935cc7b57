import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'twin',
  title: 'Good and bad twin',
  summary: 'The nearest run that turns out the other way, beside this one',
  group: 'explain',
  order: 40,
  shape: 'panel',
  spoils: true,
  load: () => import('./Twin.svelte'),
};
