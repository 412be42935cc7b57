/**
 * What else can be done with a scenario or a run: each tool is a folder `src/tools/NAME/` whose `index.ts` says what
 * it is. What it draws is loaded when it is opened, so that it costs the first screen nothing.
 */
import type { Component } from 'svelte';

/** The parts of the menu, in its order. */
export const GROUPS = {
  explain: 'Understand the race',
  change: 'Change the code',
  learn: 'Learn',
  share: 'Pass it on',
} as const;

const GROUP_ORDER = Object.keys(GROUPS);

export interface Tool {
  /** Stands in the address while it is open; never changes its meaning. */
  id: string;
  title: string;
  /** One line for the menu. */
  summary: string;
  group: keyof typeof GROUPS;
  /** Within the group; small ones first. */
  order: number;
  /** panel: beside the world, so that one can step meanwhile. sheet: a dialog over the page. screen: instead of it. */
  shape: 'panel' | 'sheet' | 'screen';
  /** It shows what a challenge asks one to find. */
  spoils?: true;
  load: () => Promise<{ default: Component<Record<string, never>> }>;
}

const modules = import.meta.glob<{ tool: Tool }>('../tools/*/index.ts', { eager: true });

export const TOOLS: readonly Tool[] = Object.values(modules)
  .map((module) => module.tool)
  .sort(
    (a, b) =>
      GROUP_ORDER.indexOf(a.group) - GROUP_ORDER.indexOf(b.group) ||
      a.order - b.order ||
      a.title.localeCompare(b.title),
  );

export function toolOf(id: string | null): Tool | null {
  return TOOLS.find((tool) => tool.id === id) ?? null;
}
