import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'present',
  title: 'Present',
  summary: 'Full screen and large type, for a lecture; p does it too',
  group: 'share',
  order: 30,
  shape: 'screen',
  load: () => import('../../Presenter.svelte'),
};
