/**
 * The function around a line of kernel C, found by its layout: a definition begins at the left margin
 * and ends with a brace there.
 */
export interface Extent {
  /** Lines from 1, both included. */
  first: number;
  last: number;
}

const LABEL = /^[A-Za-z_]\w*:/;

/** Whether a line can be the beginning of a definition: at the margin, and not a label, brace, comment or `#`. */
function beginsDefinition(line: string): boolean {
  return /^[A-Za-z_]/.test(line) && !LABEL.test(line);
}

/** Falls back to some lines around the place when the layout is not the kernel's. */
export function functionAround(lines: readonly string[], line: number): Extent {
  let first = line;
  while (first > 1 && !beginsDefinition(lines[first - 1] ?? '')) first--;
  if (!beginsDefinition(lines[first - 1] ?? '')) return near(lines, line);
  // A definition may spread its head over several lines at the margin.
  while (
    first > 1 &&
    beginsDefinition(lines[first - 2] ?? '') &&
    !/[;}]\s*(\/\*.*)?$/.test(lines[first - 2] ?? '')
  ) {
    first--;
  }

  if (line === first && /[;}]\s*(\/\*.*)?$/.test(lines[first - 1] ?? '')) return { first, last: first };
  let last = line;
  while (last < lines.length && !(lines[last - 1] ?? '').startsWith('}')) last++;
  return { first, last };
}

function near(lines: readonly string[], line: number): Extent {
  return { first: Math.max(1, line - 6), last: Math.min(lines.length, line + 6) };
}

/**
 * Which of `rows` rows stands first in a box with room for `room`: where it is now, if rows `from` to `to` are well inside
 * with one before them, else so that they stand in the middle.
 */
export function firstRow(from: number, to: number, room: number, rows: number, now: number): number {
  const spare = Math.min(1, Math.max(0, room - (to - from + 1)));
  const top = Math.round(now);
  if (from >= top + spare && to + spare < top + room) return top;
  const middle = from - Math.max(spare, Math.floor((room - (to - from + 1)) / 2));
  return Math.max(0, Math.min(middle, rows - room));
}

/**
 * How far a box with room for `room` is scrolled sideways: not at all if `from` to `to` can be seen then, else so far
 * that all of it can, or as much as there is room for.
 */
export function firstColumn(from: number, to: number, room: number): number {
  return to <= room ? 0 : Math.max(0, Math.min(from, to - room));
}
