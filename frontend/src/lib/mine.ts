/**
 * The texts of one's own that the browser keeps: edits of shipped scenarios, and scenarios of one's own.
 *
 * Each has a number that grows with every change. Who saves says which number was read; where another tab has saved
 * since, nothing is overwritten. All of it stays in this browser.
 */
import { forget, recall, remember, remembered } from './storage';
import type { Bundle, TextFile } from './wire';

export interface Mine {
  id: string;
  name: string;
  /** The name of the session: the shipped scenario's for an edit of it. */
  scenario: string;
  variant: string | null;
  /** The scenario first, then its own files and those of the library that were changed. */
  files: TextFile[];
  /** What the text is compared with; null: the shipped scenario. */
  original: TextFile[] | null;
  /** Milliseconds since 1970. */
  changed: number;
  revision: number;
}

export type Kept = 'kept' | 'full' | 'elsewhere';

const PREFIX = 'mine.';
export const MOST = 100;

/** The last changed first. What cannot be read is left alone and not listed. */
export function allMine(): Mine[] {
  return remembered(PREFIX)
    .map((name) => loadMine(name.slice(PREFIX.length)))
    .filter((mine) => mine !== null)
    .sort((a, b) => b.changed - a.changed || a.id.localeCompare(b.id));
}

export function loadMine(id: string): Mine | null {
  const text = recall(PREFIX + id);
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Mine>;
    return isMine(value) ? value : null;
  } catch {
    return null;
  }
}

/** Saves the text and raises its revision. `elsewhere`: another tab has saved it since, and nothing is changed. */
export function saveMine(mine: Mine, now = Date.now()): Kept {
  const known = loadMine(mine.id);
  if (known && known.revision !== mine.revision) return 'elsewhere';
  if (!known && remembered(PREFIX).length >= MOST) return 'full';
  const next: Mine = { ...mine, changed: now, revision: mine.revision + 1 };
  if (!remember(PREFIX + mine.id, JSON.stringify(next))) return 'full';
  mine.changed = next.changed;
  mine.revision = next.revision;
  return 'kept';
}

/** What was there, for bringing it back with `saveMine`. */
export function eraseMine(id: string): Mine | null {
  const known = loadMine(id);
  forget(PREFIX + id);
  return known && { ...known, revision: 0 };
}

export function newMine(about: Pick<Mine, 'name' | 'scenario' | 'variant' | 'files' | 'original'>): Mine {
  return { ...about, id: crypto.getRandomValues(new Uint32Array(2)).join('-'), changed: 0, revision: 0 };
}

export function bundleOf(mine: Pick<Mine, 'files'>): Bundle {
  return { files: mine.files };
}

/** A name for a session and a file: small letters, digits and dashes, and not one of `taken`. */
export function idFrom(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
  const stem = plain || 'scenario';
  if (!taken.includes(stem)) return stem;
  for (let number = 2; ; number++) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`;
}

function isMine(value: Partial<Mine>): value is Mine {
  const text = (one: unknown): boolean => typeof one === 'string';
  const files = (list: unknown): boolean =>
    Array.isArray(list) && list.every((file: TextFile | null) => text(file?.path) && text(file?.text));
  return (
    text(value.id) &&
    text(value.name) &&
    text(value.scenario) &&
    files(value.files) &&
    (value.files ?? []).length > 0 &&
    (value.original === null || files(value.original)) &&
    typeof value.changed === 'number' &&
    typeof value.revision === 'number'
  );
}
