/**
 * The positions of an axis as they are drawn: each for itself, or neighbours that look alike as one band.
 *
 * Two positions are alike when every cell of theirs is, in the same function and with the same held. Positions where
 * nobody ever stands are left out then.
 */
import type { Axis, ProgressMap, Region } from './told';

/** Positions first .. last; the one behind the last step is "finished". */
export interface Band {
  first: number;
  last: number;
}

export const NOBODY = '.';

export interface Bands {
  across: Band[];
  down: Band[];
}

export function bandsOf(map: ProgressMap, merged: boolean): Bands {
  const [columns, rows] = map.actors;
  const column = (at: number): string => map.codes.map((row) => row[at] ?? NOBODY).join('');
  const marks = (at: number): string => map.flags.map((row) => row[at] ?? 0).join();
  const line = (at: number): string => map.codes[at] ?? '';
  const lineMarks = (at: number): string => (map.flags[at] ?? []).join();
  return {
    across: axisBands(columns, map.locks, merged, column, marks),
    down: axisBands(rows, map.locks, merged, line, lineMarks),
  };
}

function axisBands(
  axis: Axis,
  locks: readonly Region[],
  merged: boolean,
  codes: (at: number) => string,
  marks: (at: number) => string,
): Band[] {
  const bands: Band[] = [];
  let before: string | null = null;
  for (let at = 0; at <= axis.positions.length; at++) {
    const code = codes(at);
    const empty = code !== '' && [...code].every((one) => one === NOBODY);
    if (merged && empty) continue;
    const looks = [code, marks(at), axis.positions[at]?.function ?? '', heldAt(axis, locks, at).join()].join(
      '|',
    );
    const last = bands.at(-1);
    if (merged && last && looks === before) last.last = at;
    else bands.push({ first: at, last: at });
    before = looks;
  }
  return bands;
}

/** Indices of the regions that an actor is in at a position. */
export function heldAt(axis: Axis, locks: readonly Region[], at: number): number[] {
  return locks.flatMap((one, index) =>
    one.actor === axis.letter && one.first <= at && at <= one.last ? [index] : [],
  );
}

/** The band that a position is in; where it was left out, the one before it. */
export function bandAt(bands: readonly Band[], position: number): number {
  let found = 0;
  bands.forEach((band, index) => {
    if (band.first <= position) found = index;
  });
  return found;
}

/** Runs of bands in one function: [first band, last band, name]. */
export function functionsOf(
  axis: Axis,
  bands: readonly Band[],
): { first: number; last: number; name: string }[] {
  const runs: { first: number; last: number; name: string }[] = [];
  bands.forEach((band, index) => {
    const name = axis.positions[band.first]?.function ?? '';
    const run = runs.at(-1);
    if (run?.name === name) run.last = index;
    else runs.push({ first: index, last: index, name });
  });
  return runs;
}
