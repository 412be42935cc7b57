/** Two runs beside each other: what both do stands in one row. */
import type { Row, Run } from './told';

export interface Pair {
  failing: Row | null;
  passing: Row | null;
}

/** The rows behind the first `shared` steps, in the order of both runs. */
export function beside(failing: Run, passing: Run, shared: number): Pair[] {
  const pairs: Pair[] = [];
  const theirs = passing.moves;
  let next = shared;
  for (const mine of failing.moves.slice(shared)) {
    if (mine.twin === null) {
      pairs.push({ failing: mine, passing: null });
      continue;
    }
    for (; next < mine.twin - 1; next++) pairs.push({ failing: null, passing: theirs[next] ?? null });
    pairs.push({ failing: mine, passing: theirs[next] ?? null });
    next = mine.twin;
  }
  for (; next < theirs.length; next++) pairs.push({ failing: null, passing: theirs[next] ?? null });
  return pairs;
}

/** So many rows are behind the end of the failing run: only the passing one goes on. */
export function afterwards(pairs: readonly Pair[]): number {
  return pairs.length - 1 - pairs.findLastIndex((pair) => pair.failing !== null);
}
