/** What both looks of the pages tell: their members, and whether one is lost. */
import { lifeOf, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';
import { isAnon, mappingsOf, type Pictures } from './pictures';

export function membersOf(page: ObjectView | undefined): CellView[] {
  return (page?.cells ?? []).filter((cell) => cell.role !== 'lock' && cell.role !== 'group');
}

/** PG_locked, of pages that have it. */
export function lockOf(page: ObjectView): CellView | undefined {
  return page.cells.find((cell) => cell.role === 'lock');
}

export function kindOfPage(value: unknown): string {
  return String(value)
    .replace(/^PAGE_/, '')
    .toLowerCase();
}

/** Counted as mapped, but only from a table that nothing leads to. */
export function isLost(page: ObjectView, pictures: Pictures, world: World): boolean {
  const mappings = mappingsOf(page, pictures);
  return (
    lifeOf(world, page.id) === 'live' &&
    isAnon(page, world) &&
    mappings.length > 0 &&
    mappings.every((mapping) => !mapping.linked)
  );
}
