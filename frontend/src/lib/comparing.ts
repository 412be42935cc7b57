/** Two variants side by side, as the server compares them (see `api/diff.py`). */
import { AnalysisFailed } from './analysis';
import type { DiffHunk, DiffPart, DiffRequest, DiffRow, Problem, VariantDiff, VariantView } from './wire';

/** Throws AnalysisFailed, or what `fetch` throws. */
export async function compareVariants(
  base: string,
  request: DiffRequest,
  signal?: AbortSignal,
): Promise<VariantDiff> {
  const answer = await fetch(new URL('api/diff', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) throw new AnalysisFailed((await answer.json()) as Problem);
  return (await answer.json()) as VariantDiff;
}

/** What one most likely wants to see beside a variant: where nothing goes wrong any more, the next one in the list. */
export function comparedWith(variants: readonly VariantView[], current: string): string {
  const at = variants.findIndex((variant) => variant.id === current);
  const after = variants.slice(at + 1);
  const before = variants.slice(0, Math.max(0, at)).reverse();
  const wrong = variants[at]?.verdict !== 'never';
  const wanted = (variant: VariantView): boolean => (variant.verdict === 'never') === wrong;
  const found =
    (wrong ? after : before).find(wanted) ??
    (wrong ? before : after).find(wanted) ??
    variants.find((variant) => variant.id !== current);
  return found?.id ?? current;
}

/** Lines that are shown around what differs. */
const CONTEXT = 3;
/** Fewer lines than this are not worth a fold. */
const LEAST_FOLDED = 3;

export type Block = { key: number; rows: DiffRow[] } & (
  { kind: 'hunk'; hunk: DiffHunk } | { kind: 'near' | 'folded' }
);

/** The rows of a part: what differs, what stands near, and what is folded away. */
export function blocksOf(part: DiffPart): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  const same = (end: number, first: boolean, last: boolean): void => {
    const from = first ? at : Math.min(end, at + CONTEXT);
    const to = last ? end : Math.max(from, end - CONTEXT);
    if (to - from < LEAST_FOLDED) return push('near', at, end);
    push('near', at, from);
    push('folded', from, to);
    push('near', to, end);
  };
  const push = (kind: 'near' | 'folded', from: number, to: number): void => {
    if (to > from) blocks.push({ kind, key: from, rows: part.rows.slice(from, to) });
  };
  part.hunks.forEach((hunk, index) => {
    same(hunk.first, index === 0, false);
    blocks.push({ kind: 'hunk', key: hunk.first, rows: part.rows.slice(hunk.first, hunk.end), hunk });
    at = hunk.end;
  });
  same(part.rows.length, part.hunks.length === 0, true);
  return blocks;
}

/** The same rows one below the other: what is gone, then what has come. */
export function unified(rows: readonly DiffRow[]): DiffRow[] {
  if (rows.every((row) => row.how === 'same')) return [...rows];
  return [
    ...rows.flatMap((row): DiffRow[] => (row.left ? [{ how: 'removed', left: row.left, right: null }] : [])),
    ...rows.flatMap((row): DiffRow[] => (row.right ? [{ how: 'added', left: null, right: row.right }] : [])),
  ];
}
