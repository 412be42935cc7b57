/**
 * What a link says of the page itself: `world`, `world.diff`, `.diff`. Before the dot stands the part that a narrow
 * screen shows, where it is not the first; behind it the tool that is open. A word that is not known says nothing.
 */
import type { View } from './page.svelte';
import { toolOf } from './tools';

const VIEWS: readonly string[] = ['code', 'world', 'log'] satisfies View[];

export function readView(text: string | null): { zone: View | null; tool: string | null } {
  const [zone, tool] = (text ?? '').split('.');
  return {
    zone: zone && VIEWS.includes(zone) ? (zone as View) : null,
    tool: toolOf(tool ?? null)?.id ?? null,
  };
}

/** Null where nothing need be said. What a run is passed on with is closed where it arrives. */
export function printView(zone: View, tool: string | null): string | null {
  const shown = toolOf(tool);
  const open = shown && shown.group !== 'share' ? `.${shown.id}` : '';
  return `${zone === 'code' ? '' : zone}${open}` || null;
}
