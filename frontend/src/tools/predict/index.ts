import type { Tool } from '../../lib/tools';

export const tool: Tool = {
  id: 'predict',
  title: 'Predict each step',
  summary: 'Say which cells a step will change before it is done, and compare',
  group: 'learn',
  order: 40,
  shape: 'panel',
  load: () => import('./Predict.svelte'),
};
