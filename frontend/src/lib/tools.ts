/**
 * What else can be done with a scenario or a run: each tool is a folder `src/tools/NAME/` whose `index.ts` says what
 * it is. What it draws is loaded when it is opened, so that it costs the first screen nothing.
 */
import type { Component } from 'svelte';

export interface Tool {
  /** Stands in the address while it is open; never changes its meaning. */
  id: string;
  title: string;
  /** One line for the menu. */
  summary: string;
  /** Small ones first. */
  order: number;
  /** panel: beside the world, so that one can step meanwhile. sheet: a dialog over the page. */
  shape: 'panel' | 'sheet';
  load: () => Promise<{ default: Component<Record<string, never>> }>;
}

const modules = import.meta.glob<{ tool: Tool }>('../tools/*/index.ts', { eager: true });

export const TOOLS: readonly Tool[] = Object.values(modules)
  .map((module) => module.tool)
  .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));

export function toolOf(id: string | null): Tool | null {
  return TOOLS.find((tool) => tool.id === id) ?? null;
}
