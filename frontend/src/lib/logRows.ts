/** The rows of the log: steps, runs folded to one row, and the author's notes below their steps. */
import { sizeOf, type Run } from './trace';
import type { NodeView } from './wire';

export type Row =
  | { kind: 'step'; key: string; node: NodeView; run: Run; head: boolean }
  | { kind: 'run'; key: string; node: NodeView; run: Run; first: NodeView }
  | { kind: 'note'; key: string; node: NodeView; say: string };

/** Unless somebody says otherwise, runs are folded from so many steps on; */
const LONG_PATH = 60;
/** those of more than so many steps, */
const SHORT_RUN = 6;

/** and not the one that the cursor is in. */
export function folded(run: Run, cursor: number, steps: number): boolean {
  return steps > LONG_PATH && sizeOf(run) > SHORT_RUN && (cursor < run.first || cursor > run.last);
}

export function canFold(run: Run): boolean {
  return sizeOf(run) > 1;
}

/** `path` has the root at index 0, so that index and number are the same. */
export function rowsOf(
  path: readonly NodeView[],
  runs: readonly Run[],
  isFolded: (run: Run, first: NodeView) => boolean,
  notesOn: (node: NodeView) => readonly string[],
): Row[] {
  const rows: Row[] = [];
  for (const run of runs) {
    const first = path[run.first];
    const last = path[run.last];
    if (!first || !last) continue;
    if (canFold(run) && isFolded(run, first)) {
      rows.push({ kind: 'run', key: `run ${first.id}`, node: last, run, first });
      continue;
    }
    for (const node of path.slice(run.first, run.last + 1)) {
      rows.push({ kind: 'step', key: `step ${node.id}`, node, run, head: node === first });
      notesOn(node).forEach((say, i) => rows.push({ kind: 'note', key: `note ${node.id} ${i}`, node, say }));
    }
  }
  return rows;
}

/** The row in which a step stands; -1 for the start. */
export function rowAt(rows: readonly Row[], number: number): number {
  return rows.findIndex(
    (row) =>
      (row.kind === 'step' && row.node.number === number) ||
      (row.kind === 'run' && row.run.first <= number && number <= row.run.last),
  );
}
