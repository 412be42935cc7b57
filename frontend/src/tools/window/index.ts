import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'window',
  title: 'How hard is it to hit?',
  summary: 'How many schedules have it, how wide its window is, and where a delay opens it',
  group: 'explain',
  order: 50,
  shape: 'panel',
  spoils: true,
  load: () => import('./Window.svelte'),
};
