/** What the server tells of each thing that was left out (`racewalk.scenario.ablate`). */
import type { Told } from '../../lib/analysis';
import { count } from '../../lib/format';

export interface Row {
  without: string;
  what: 'lock' | 'section' | 'test' | 'call';
  assumed: boolean;
  outcome: 'needed' | 'redundant' | 'unknown' | 'not-run';
  kind: string | null;
  message: string;
  schedule: string | null;
  steps: number | null;
  states: number;
  unreached: string[];
}

const OUTCOMES: Record<Row['outcome'], string> = {
  needed: 'needed',
  redundant: 'redundant here',
  unknown: 'unknown',
  'not-run': 'cannot be run',
};

/** Where nothing goes wrong because nobody comes there any more, nothing is said of whether it is needed. */
export function outcomeWords(row: Row): string {
  return row.outcome === 'redundant' && row.unreached.length > 0
    ? 'never reached here'
    : OUTCOMES[row.outcome];
}

/** The row that a line of progress brings, if it brings one. */
export function rowIn(told: Told): Row | null {
  return (told.part as Row | undefined) ?? null;
}

export function rowsIn(result: Told): Row[] {
  return result.rows as Row[];
}

/** What is needed above the rest, which keeps its order: that of the text. */
export function neededFirst(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => Number(b.outcome === 'needed') - Number(a.outcome === 'needed'));
}

/** What is new without it, in words. */
export function said(row: Row, kindWords: (kind: string) => string): string {
  if (row.outcome === 'needed')
    return `${kindWords(row.kind ?? '')} after ${count(row.steps ?? 0, 'step')}: ${row.message}`;
  if (row.outcome !== 'redundant') return row.message;
  return row.unreached.length > 0
    ? `nothing goes wrong, but without it no run meets “${row.unreached[0] ?? ''}”`
    : 'nothing new';
}
