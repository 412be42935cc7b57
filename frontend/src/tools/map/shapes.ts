/** The map as few shapes, however many cells it has: one path for each sort of cell. */
import { bandAt, type Bands } from './bands';
import { codeAt, hasHappened, isBlank, type Code } from './cells';
import type { ProgressMap } from './told';

export interface Size {
  width: number;
  height: number;
}

/** Runs of equal cells of a row are one rectangle; all rectangles of a sort are one path. */
export function areas(map: ProgressMap, { across, down }: Bands, { width, height }: Size): Map<Code, string> {
  const found = new Map<Code, string>();
  down.forEach((row, y) => {
    let begin = 0;
    for (let x = 1; x <= across.length; x++) {
      const code = codeAt(map, across[begin]?.first ?? 0, row.first);
      const next = x < across.length ? codeAt(map, across[x]?.first ?? 0, row.first) : null;
      if (next === code) continue;
      const box = `M${begin * width} ${y * height}h${(x - begin) * width}v${height}h${(begin - x) * width}z`;
      found.set(code, (found.get(code) ?? '') + box);
      begin = x;
    }
  });
  return found;
}

/** A small triangle in the corner of each cell where the finding has happened in some run. */
export function corners(map: ProgressMap, { across, down }: Bands, { width, height }: Size): string {
  const side = Math.min(width, height, 24) / 3;
  let path = '';
  down.forEach((row, y) =>
    across.forEach((column, x) => {
      if (codeAt(map, column.first, row.first) !== 'h' && hasHappened(map, column.first, row.first))
        path += `M${(x + 1) * width - side} ${y * height}h${side}v${side}z`;
    }),
  );
  return path;
}

/** The letters of a row, in the order of its cells; nothing where no run comes. */
export function lettersOf(map: ProgressMap, { across, down }: Bands, y: number): { x: number; code: Code }[] {
  const row = down[y]?.first ?? 0;
  return across
    .map((column, x) => ({ x, code: codeAt(map, column.first, row) }))
    .filter(({ code }) => !isBlank(code) && code !== 'x');
}

export interface Stop {
  number: number;
  x: number;
  y: number;
}

/** The run in bands: a stop wherever it comes into another cell, with the last step that is there. */
export function wayOf(positions: readonly (readonly [number, number])[], { across, down }: Bands): Stop[] {
  const stops: Stop[] = [];
  positions.forEach(([column, row], number) => {
    const [x, y] = [bandAt(across, column), bandAt(down, row)];
    const last = stops.at(-1);
    if (last?.x === x && last.y === y) last.number = number;
    else stops.push({ number, x, y });
  });
  return stops;
}

export function line(stops: readonly Stop[], { width, height }: Size): string {
  return stops
    .map(({ x, y }, index) => `${index ? 'L' : 'M'}${(x + 0.5) * width} ${(y + 0.5) * height}`)
    .join('');
}
