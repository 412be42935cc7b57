/** What the server says of a text before and after an edit (`racewalk.scenario.prove_both`), in words. */
import type { Told } from '../../lib/analysis';
import { count, kindWords } from '../../lib/format';

export interface FoundKind {
  kind: string;
  warning: boolean;
  message: string;
  steps: number | null;
  schedule: string | null;
}

export interface Side {
  verdict: 'always' | 'sometimes' | 'never' | 'unknown';
  findings: FoundKind[];
  schedule: string | null;
  steps: number | null;
  states: number;
  exhaustive: boolean;
  bounds: string[];
  vacuous: string[];
  count: { schedules: string; having: string; probability: number } | null;
}

export interface Proof {
  same: boolean;
  before: Side;
  after: Side;
  replay: { steps: number; stopped: string | null; found: string[] } | null;
  fixed: boolean | null;
  new: string[];
  gone: { actors: string[]; checks: string[]; covers: string[] };
}

export function proofIn(result: Told): Proof {
  return result as unknown as Proof;
}

export type Tone = 'good' | 'bad' | 'open';

/** The answer in one sentence. */
export function answerOf({ same, before, after, fixed, new: added, gone }: Proof): {
  tone: Tone;
  text: string;
} {
  if (same) return { tone: 'open', text: 'The edit changes nothing that runs.' };
  if (after.vacuous.length > 0 && !wrong(after))
    return {
      tone: 'bad',
      text: 'Nothing goes wrong, but that says nothing: what has to happen happens in no run.',
    };
  if (fixed === null)
    return { tone: 'open', text: 'Not known: a bound was reached before all states were searched.' };
  if (!fixed) {
    if (!wrong(before)) return { tone: 'bad', text: 'Nothing went wrong before; now something does.' };
    if (added.length > 0) return { tone: 'bad', text: 'Not fixed: something new goes wrong.' };
    return { tone: 'bad', text: 'Not fixed: it still goes wrong.' };
  }
  if (gone.actors.length + gone.checks.length + gone.covers.length > 0)
    return { tone: 'open', text: 'It never goes wrong now, but less happens than before. Look below.' };
  if (!wrong(before)) return { tone: 'good', text: 'Nothing goes wrong, before and after.' };
  return { tone: 'good', text: 'Fixed: no schedule goes wrong any more.' };
}

/** "Sometimes, lost PTE in 22 steps", "Never, all 4,321 states". `kind` is what the two texts are asked about. */
export function sideWords(side: Side, kind: string | null = null): string {
  if (side.verdict === 'never') {
    const other = side.findings.find((one) => !one.warning);
    if (!other) return `Never, all ${count(side.states, 'state')}`;
    const asked = kind === null ? 'What is asked' : kindWords(kind);
    return `${asked}: never. But ${kindName(other.kind)}, in ${count(other.steps ?? 0, 'step')}`;
  }
  if (side.verdict === 'unknown') return `Not known, ${count(side.states, 'state')} searched`;
  const verdict = side.verdict === 'always' ? 'Always' : 'Sometimes';
  const first = shownKind(side);
  return first ? `${verdict}, ${kindName(first.kind)} in ${count(first.steps ?? 0, 'step')}` : verdict;
}

/** How often, where that could be counted. */
export function oftenWords({ count: counted }: Side): string {
  if (!counted) return 'not counted';
  return `${grouped(counted.having)} of ${schedules(counted.schedules)}`;
}

export function shownKind(side: Side): FoundKind | undefined {
  const real = side.findings.filter((one) => !one.warning);
  return real.find((one) => one.schedule === side.schedule) ?? real[0];
}

/** The kinds that only the edited text has, with their runs. */
export function newKinds({ after, new: added }: Proof): FoundKind[] {
  return after.findings.filter((one) => added.includes(one.kind) && !one.warning);
}

/** What the edited text has no more, each a sentence. */
export function goneSentences({ gone, after }: Proof): string[] {
  return [
    ...after.vacuous.map((words) => `No run meets “${words}”, which this version must meet.`),
    ...gone.actors.map((name) => `${name} does not run any more.`),
    ...gone.checks.map((text) => `Nothing checks “${text}” any more.`),
    ...gone.covers.map((words) => `No run meets “${words}” any more; some did before.`),
  ];
}

export function replayWords({ replay }: Proof): string | null {
  if (!replay) return null;
  const far = `The run that failed before is followed for ${count(replay.steps, 'step')}`;
  const stopped = replay.stopped
    ? `, then not any more: ${replay.stopped.replace(/^before step \d+: /, '')}`
    : '';
  const met =
    replay.found.length > 0
      ? `; on the way: ${replay.found.map(kindName).join(', ')}`
      : '; nothing goes wrong on it';
  return `${far}${stopped}${met}.`;
}

/** "before: 12,000 states". */
export function progressOf(told: Told): string {
  const side = told.side === 'after' ? 'After' : 'Before';
  return `${side} the edit: ${count(Number(told.states ?? 0), 'state')}`;
}

function kindName(kind: string): string {
  const words = kindWords(kind);
  return /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

function wrong(side: Side): boolean {
  return side.findings.some((one) => !one.warning);
}

function grouped(digits: string): string {
  return digits.length > 15 ? `about 10${raised(digits.length - 1)}` : Number(digits).toLocaleString('en');
}

function schedules(digits: string): string {
  return `${grouped(digits)} schedule${digits === '1' ? '' : 's'}`;
}

function raised(exponent: number): string {
  return [...String(exponent)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}
