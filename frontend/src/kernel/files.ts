/** The page cache of a file, place by place: pages, holes, entries that tell a reader to look again. */
import { asPointer, asWord, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';
import { leafCells, member, pointerOf } from './objects';

export interface CachePlace {
  /** Cells of the places that it covers: several for a huge page. */
  cells: string[];
  /** "2", "0–3". */
  where: string;
  look: 'page' | 'hole' | 'retry' | 'stale';
  /** "P0", "hole", "retry". */
  says: string;
  /** Marks of the entry that are set: "dirty", "towrite". */
  marks: string[];
}

/** The name that Linux gives to a file's page cache. */
export const PAGE_CACHE = 'i_pages';

/** An object that only stands for an entry of the page cache (XA_RETRY_ENTRY), and is no page. */
export function isEntry(id: string): boolean {
  return /^XA_/.test(id);
}

export function cacheOf(file: ObjectView, world: World): CachePlace[] {
  const cells = leafCells(member(file, PAGE_CACHE)?.children ?? []);
  const places: CachePlace[] = [];
  cells.forEach((cell, index) => {
    const place = placeOf(cell, index, world);
    const open = places.at(-1);
    if (open && place.look === 'page' && open.look === 'page' && open.says === place.says) {
      open.cells.push(cell.id);
      open.where = `${open.where.split('–')[0] ?? ''}–${index}`;
    } else places.push(place);
  });
  return places;
}

function placeOf(cell: CellView, index: number, world: World): CachePlace {
  const value = world[cell.id];
  const fields = asWord(value)?.fields ?? {};
  const marks = Object.entries(fields).flatMap(([name, set]) => (set === true ? [name] : []));
  const place = { cells: [cell.id], where: String(index), marks };
  const pointer = asPointer(value) ?? pointerOf(value);
  if (pointer?.to && isEntry(pointer.to)) return { ...place, look: 'retry', says: entryWords(pointer.to) };
  if (pointer?.to) return { ...place, look: pointer.stale ? 'stale' : 'page', says: pointer.to };
  // An entry without a page: NULL, or what its kind or its mark says.
  const kind = Object.values(fields).find((field) => typeof field === 'string') ?? value;
  const named = typeof kind === 'string' ? kind : (marks[0] ?? '');
  if (/RETRY/i.test(named)) return { ...place, marks: [], look: 'retry', says: entryWords(named) };
  if (named === '' || /NONE|EMPTY|NULL|HOLE/i.test(named)) return { ...place, look: 'hole', says: 'hole' };
  return { ...place, look: 'retry', says: entryWords(named) };
}

/** "retry" for XA_RETRY_ENTRY. */
function entryWords(name: string): string {
  return name
    .replace(/^XA_/, '')
    .replace(/_ENTRY$/, '')
    .toLowerCase();
}
